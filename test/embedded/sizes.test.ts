// Sizes that other arguments imply: memory that is smaller than what C reads or writes is refused, with both numbers.
import { expect } from 'chai';
import type { RandomValues } from '../../scripts/fuzz/values.ts';
import { interpretMethod } from '../../src/commands/interpret.ts';
import { sizeCheckOf } from '../../src/commands/size-rules.ts';
import {
  type Device,
  ValidUsageError,
  VkDescriptorType,
  VkQueryResultFlagBits,
  VkQueryType,
  VkStructureType,
} from '../../src/index.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { structRules } from '../../src/marshal/struct-rules.ts';
import { isPlatformObject } from '../../src/registry/platform-object.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type CommandRow, type Member } from '../../src/registry/rows.ts';
import { shapeOf } from '../../src/registry/shape.ts';
import type { Opened } from './driver-open.ts';
import { encoded } from './encoded.ts';
import { valuesSuite } from './values-suite.ts';

const COMMANDS = registry.tables.commands
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.command(name));
const PROPERTY = 16;

/** CONTRIBUTING says why. */
const UNKNOWN: readonly string[] = [
  'vkCmdSetCheckpointNV.pCheckpointMarker',
  'vkGetLatencyTimingsLegacyNV.pTimings',
  'vkGetMemoryHostPointerPropertiesEXT.pHostPointer',
  'VkDataGraphPipelineConstantARM.pConstantData',
  'VkDeviceOrHostAddressConstAMDX.hostAddress',
  'VkDeviceOrHostAddressConstKHR.hostAddress',
  'VkDeviceOrHostAddressKHR.hostAddress',
  'VkQueryLowLatencySupportNV.pQueriedLowLatencyData',
];

describe('sizes that other arguments imply', () => {
  let opened: Opened;
  let device: Device;
  let values: RandomValues;

  valuesSuite((...given) => {
    [opened, values] = given;
    device = opened.device;
    // Every property of the physical device is 16.
    Object.defineProperty(device.physicalDevice, 'getPhysicalDeviceProperties2', {
      value: ({ pNext: [sType] }: { pNext: number[] }) => {
        const name = registry.tables.structs.names().find(key => registry.struct(key).sType === sType)!;
        const numbers = registry.struct(name).members.map(m => [m.name, BigInt(PROPERTY)]);
        return { pNext: [Object.fromEntries(numbers)] };
      },
    });
  });

  /** Calls a command with what is given, and with right values for the rest. */
  function call(row: CommandRow, given: Record<string, unknown>): string {
    const { roles } = shapeOf(row, registry);
    const lengths = new Map<string, number>();
    const args = row.params.flatMap((p, i) =>
      roles[i] === 'in' || roles[i] === 'buffer' ? [given[p.name] ?? values.member(p, 3, lengths)] : [],
    );
    try {
      interpretMethod(row, () => (() => 0) as never)(device, args);
      return 'called';
    } catch (error) {
      const told = error as { toError?(root: string, f: () => void): Error };
      return String(told.toError?.('', () => {}) ?? error);
    }
  }

  const products = COMMANDS.flatMap(row => row.sizeRules.map(rule => ({ row, rule })));
  it(`${products.length} commands have the size of their memory in the specification`, () => {
    expect(products.map(({ row }) => row.name)).to.include.members([
      'vkGetRayTracingShaderGroupHandlesKHR',
      'vkGetBufferOpaqueCaptureDescriptorDataEXT',
      'vkWriteAccelerationStructuresPropertiesKHR',
    ]);
    for (const { row, rule } of products) {
      const given: Record<string, unknown> = {};
      let wanted = 1;
      for (const factor of rule.factors) {
        const array = row.params.find(p => p.length[0] === factor);
        if (factor.includes('.')) wanted *= PROPERTY;
        else if (array === undefined) {
          given[factor] = factor === 'stride' ? 8n : 3;
          wanted *= factor === 'stride' ? 8 : 3;
        } else {
          given[array.name] = [values.element(array, 3), values.element(array, 3)];
          wanted *= 2;
        }
      }
      const told = (size: number) => call(row, { ...given, [rule.bytes]: new Uint8Array(size) });
      expect(told(wanted - 1)).to.equal(
        `ValidUsageError: ${row.name}.${rule.bytes}: expected at least ${wanted} bytes, got ${wanted - 1} (${rule.vuid})`,
      );
      expect(told(wanted), row.name).to.equal('called');
    }
  });

  const strided = COMMANDS.filter(row => row.params.some(p => p.stride !== ''));
  it(`${strided.length} commands find elements by a stride, which is that of the array that is passed`, () => {
    expect(strided.map(row => row.name)).to.include('vkCmdDrawMultiEXT');
    for (const row of strided) {
      const p = row.params.find(one => one.stride !== '')!;
      const { size } = { size: p.base === 'VkMultiDrawInfoEXT' ? 8 : 12 };
      const told = (n: number, stride: number) =>
        call(row, { [p.name]: Array.from({ length: n }, () => values.element(p, 3)), [p.stride]: stride });
      expect(told(2, size)).to.equal('called');
      expect(told(2, 2 * size)).to.equal(
        `RangeError: ${row.name}.${p.stride}: expected ${size}, the bytes from one ${p.base} to the next, got ${2 * size}`,
      );
      expect(told(1, 2 * size)).to.equal('called');
    }
  });

  const nested = COMMANDS.filter(row =>
    row.params.some(
      p => p.pointers.length === 2 && p.pointers[0] === '*' && p.base !== 'char' && p.base !== 'void',
    ),
  );
  it(`${nested.length} commands take arrays of arrays, as long as the geometries beside them`, () => {
    expect(nested.map(row => row.name)).to.deep.equal([
      'vkBuildAccelerationStructuresKHR',
      'vkCmdBuildAccelerationStructuresIndirectKHR',
      'vkCmdBuildAccelerationStructuresKHR',
    ]);
    for (const row of nested) {
      const p = row.params.find(one => one.pointers.length === 2)!;
      const geometry = { geometryType: 1, geometry: { aabbs: { data: { deviceAddress: 0n }, stride: 24n } } };
      const info = {
        type: 1,
        dstAccelerationStructure: values.handle('VkAccelerationStructureKHR'),
        scratchData: { deviceAddress: 0n },
        pGeometries: [geometry, geometry],
      };
      const one = () => values.element({ ...p, pointers: '' }, 3);
      const told = (inner: unknown[][]) =>
        call(row, {
          pInfos: [info, info],
          [p.name]: inner,
          pIndirectDeviceAddresses: [0n, 0n],
          pIndirectStrides: [4, 4],
          deferredOperation: 0n,
        });
      expect(
        told([
          [one(), one()],
          [one(), one()],
        ]),
      ).to.equal('called');
      expect(told([[one(), one()], [one()]])).to.equal(
        `RangeError: ${row.name}.${p.name}[1]: expected 2 elements (geometryCount of pInfos[1]), got 1`,
      );
    }
  });

  describe('query results', () => {
    const { _64, WITH_AVAILABILITY } = VkQueryResultFlagBits;
    const pools: [
      what: string,
      info: object,
      count: number,
      stride: bigint,
      flags: number,
      wanted: number,
    ][] = [
      ['64 timestamps of 64 bits', { queryType: VkQueryType.TIMESTAMP }, 64, 8n, _64, 512],
      ['one, whatever the stride', { queryType: VkQueryType.TIMESTAMP }, 1, 0n, _64, 8],
      ['three of 32 bits', { queryType: VkQueryType.OCCLUSION }, 3, 4n, 0, 12],
      ['with their availability', { queryType: VkQueryType.OCCLUSION }, 3, 8n, WITH_AVAILABILITY, 24],
      ['statistics', { queryType: VkQueryType.PIPELINE_STATISTICS, pipelineStatistics: 7 }, 2, 100n, 0, 112],
    ];
    for (const [what, info, queryCount, stride, flags, wanted] of pools)
      it(`${what}: ${wanted} bytes`, () => {
        const { driver } = opened;
        driver.override('vkCreateQueryPool', () => 0x777n);
        driver.override('vkGetQueryPoolResults', () => 0);
        driver.override('vkDestroyQueryPool', () => undefined);
        const pool = device.createQueryPool({ queryCount: 64, ...info } as never);
        const get = (size: number) =>
          device.getQueryPoolResults(pool, 0, queryCount, new Uint8Array(size), stride, flags);
        get(wanted);
        expect(() => get(wanted - 1)).to.throw(
          ValidUsageError,
          `vkGetQueryPoolResults.pData: expected at least ${wanted} bytes, got ${wanted - 1}`,
        );
        device.destroyQueryPool(pool);
      });
  });

  it('specialization entries lie within their data', () => {
    const row = registry.struct('VkSpecializationInfo');
    for (const encode of [interpretStruct(planOf(row)), compileStruct(planOf(row), compiledEncoder)]) {
      const told = (offset: number, size: bigint) =>
        encoded(encode, row, device.scope, {
          pMapEntries: [
            { constantID: 0, offset: 0, size: 4n },
            { constantID: 1, offset, size },
          ],
          pData: new Uint8Array(8),
        });
      expect(told(4, 4n)).not.to.match(/Error/);
      expect(told(4, 5n)).to.match(
        /pMapEntries\[1\]\.size: expected at most 4 .*got 5 \(VUID-VkSpecializationInfo-pMapEntries-00774\)/,
      );
      expect(told(8, 0n)).to.match(
        /pMapEntries\[1\]\.offset: expected less than the 8 bytes of pData, got 8 .*offset-00773/,
      );
      expect(told(1 << 20, 4n)).to.match(/pMapEntries\[1\]\.offset/);
    }
  });

  it('opaque data that Vulkan captured is read whole', () => {
    const data = (size: number) => ({
      size: 64,
      usage: 1,
      pNext: [
        {
          sType: VkStructureType.OPAQUE_CAPTURE_DESCRIPTOR_DATA_CREATE_INFO_EXT,
          opaqueCaptureDescriptorData: new Uint8Array(size),
        } as const,
      ],
    });
    device.destroyBuffer(device.createBuffer(data(PROPERTY)));
    expect(() => device.createBuffer(data(PROPERTY - 1))).to.throw(
      RangeError,
      '.pNext[0].opaqueCaptureDescriptorData: expected at least 16 bytes, got 15',
    );
  });

  it('descriptors and what else has a size of its own', () => {
    const sizes: [command: string, param: string, given: object, wanted: number][] = [
      [
        'vkGetDescriptorEXT',
        'pDescriptor',
        { pDescriptorInfo: { type: 0, data: { pSampler: values.handle('VkSampler') } } },
        16,
      ],
      ['vkGetExternalComputeQueueDataNV', 'pData', { params: { deviceIndex: 0 } }, 16],
      ['vkGetAccelerationStructureHandleNV', 'pData', {}, 8],
    ];
    for (const [command, param, given, wanted] of sizes) {
      const row = registry.command(command);
      expect(call(row, { ...given, [param]: new Uint8Array(wanted) }), command).to.equal('called');
      expect(call(row, { ...given, [param]: new Uint8Array(wanted - 1) })).to.include(
        `${command}.${param}: expected at least ${wanted} bytes, got ${wanted - 1}`,
      );
    }
    const row = registry.command('vkGetImageOpaqueCaptureDataEXT');
    const told = (size: number) =>
      call(row, { pImages: [values.handle('VkImage')], pDatas: [{ address: new Uint8Array(size) }] });
    expect(told(16)).to.equal('called');
    expect(told(15)).to.include('pDatas[0]: expected at least 16 bytes, got 15');
    const tensors = (size: number) =>
      call(registry.command('vkGetTensorOpaqueCaptureDataARM'), {
        pTensors: [values.handle('VkTensorARM')],
        pDatas: [{ address: new Uint8Array(size) }],
      });
    expect(tensors(16)).to.equal('called');
    expect(tensors(15)).to.include('pDatas[0]: expected at least 16 bytes, got 15');
  });

  it('descriptors that are written into a heap have the size of their type', () => {
    const { SAMPLER, UNIFORM_BUFFER } = VkDescriptorType;
    Object.defineProperty(device.physicalDevice, 'getPhysicalDeviceDescriptorSizeEXT', {
      value: (type: number) => (type === SAMPLER ? 8n : 24n),
    });
    const descriptors = (...sizes: number[]) => sizes.map(size => ({ address: new Uint8Array(size) }));
    const sampler = values.struct(registry.struct('VkSamplerCreateInfo'), 3);
    const samplers = (size: number) =>
      call(registry.command('vkWriteSamplerDescriptorsEXT'), {
        pSamplers: [sampler, sampler],
        pDescriptors: descriptors(8, size),
      });
    expect(samplers(8)).to.equal('called');
    expect(samplers(7)).to.include('pDescriptors[1]: expected at least 8 bytes, got 7');
    const resource = { type: UNIFORM_BUFFER, data: { pAddressRange: { address: 256n, size: 4n } } };
    const resources = (size: number) =>
      call(registry.command('vkWriteResourceDescriptorsEXT'), {
        pResources: [resource, resource],
        pDescriptors: descriptors(24, size),
      });
    expect(resources(24)).to.equal('called');
    expect(resources(23)).to.include('pDescriptors[1]: expected at least 24 bytes, got 23');
  });

  it('no pointer to memory is left without a size, but those that nobody can know', () => {
    const bare = (owner: string, members: readonly Member[]) =>
      members
        .filter(
          m => m.base === 'void' && m.pointers.length === 1 && m.length.length === 0 && m.name !== 'pNext',
        )
        .filter(m => m.name !== 'pUserData' && !isPlatformObject(m, registry))
        .map(m => `${owner}.${m.name}`);
    const commands = COMMANDS.filter(row => sizeCheckOf(row) === undefined).flatMap(row =>
      bare(row.name, row.params),
    );
    const structs = registry.tables.structs
      .entries()
      .filter(([name, text]) => aliasOf(text) === undefined && structRules[name] === undefined)
      .map(([name]) => registry.struct(name))
      .filter(row => !row.returnedOnly && row.name !== 'VkAllocationCallbacks')
      .filter(row => !['VkMemoryToImageCopy', 'VkImageToMemoryCopy'].includes(row.name))
      .flatMap(row => bare(row.name, row.members));
    expect([...commands, ...structs]).to.deep.equal(UNKNOWN);
  });
});
