// The contents of outputs are read: arrays that Vulkan counts first, chains of their elements, structs in structs, bytes.
import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';
import { compileMethod } from '../../src/commands/compile-method.ts';
import { interpretMethod } from '../../src/commands/interpret.ts';
import type { VulkanBase } from '../../src/handles/object.ts';
import { VkResult, VkStructureType } from '../../src/index.ts';
import { addressOf, copy } from '../../src/native/koffi.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';
import { shapeOf } from '../../src/registry/shape.ts';
import { type Opened, open } from './driver-open.ts';

const INDEX = 5002;

/** A struct in memory as C has it. */
class InC {
  readonly #address: bigint;
  readonly #struct: string;

  constructor(struct: string, address: number | bigint, index = 0) {
    this.#struct = struct;
    this.#address = BigInt(address) + BigInt(index * layoutOf(registry.struct(struct)).size);
  }

  #at(member: string): bigint {
    return this.#address + BigInt(layoutOf(registry.struct(this.#struct)).members.get(member)!.offset);
  }

  inside(member: string, struct: string): InC {
    return new InC(struct, this.#at(member));
  }

  word(member: string): number {
    const word = new Uint32Array(1);
    copy(addressOf(word), this.#at(member), 4);
    return word[0];
  }

  pointer(member: string): bigint {
    const word = new BigUint64Array(1);
    copy(addressOf(word), this.#at(member), 8);
    return word[0];
  }

  set(member: string, value: number | bigint): void {
    const bytes = typeof value === 'bigint' ? BigUint64Array.of(value) : Uint32Array.of(value);
    copy(this.#at(member), addressOf(bytes), bytes.byteLength);
  }

  /** The structs of its chain, each by its sType. */
  chain(structs: readonly string[]): InC[] {
    const found: InC[] = [];
    for (let next = this.pointer('pNext'); next !== 0n; next = found.at(-1)!.pointer('pNext')) {
      const sType = new InC(structs[0], next).word('sType');
      found.push(new InC(structs.find(name => registry.struct(name).sType === sType)!, next));
    }
    return found;
  }

  get name(): string {
    return this.#struct;
  }
}

describe('what is inside what Vulkan fills', () => {
  let opened: Opened;
  before(() => {
    opened = open();
  });
  after(() => {
    opened.close();
  });

  /** What a command gives, interpreted, and compiled where it can be. */
  function answers(
    self: VulkanBase,
    name: string,
    args: readonly unknown[],
    makeNative: () => (...args: (number | bigint)[]) => number | undefined,
  ): unknown {
    const row = registry.command(name);
    const call = (native: unknown) => interpretMethod(row, () => native as never)(self, args);
    const given = call(makeNative());
    const slow = () => {
      throw new Error(`${name} goes the interpreter's way`);
    };
    const compiled = compileMethod(row, self.identity.type, INDEX, slow);
    if (compiled !== undefined) {
      self.identity.dispatch.natives[INDEX] = makeNative() as never;
      expect(compiled.apply(self, args as unknown[]), `${name}, compiled`).to.deep.equal(given);
    }
    return given;
  }

  const LIST = 'VkPhysicalDeviceLayeredApiPropertiesListKHR';
  const LAYERED = 'VkPhysicalDeviceLayeredApiPropertiesKHR';
  const VULKAN = 'VkPhysicalDeviceLayeredApiVulkanPropertiesKHR';
  const DRIVER = 'VkPhysicalDeviceDriverProperties';

  it('elements of an array have the chain that is asked for, and structs in it their own', () => {
    const layered = () => (_gpu: unknown, properties: number | bigint) => {
      const [list, driver, ...others] = new InC('VkPhysicalDeviceProperties2', properties).chain([
        LIST,
        DRIVER,
      ]);
      expect([list.name, driver.name, others.length]).to.deep.equal([LIST, DRIVER, 0]);
      driver.set('driverID', 1);
      if (list.pointer('pLayeredApis') === 0n) {
        list.set('layeredApiCount', 2);
        return undefined;
      }
      for (let i = 0; i < list.word('layeredApiCount'); i++) {
        const element = new InC(LAYERED, list.pointer('pLayeredApis'), i);
        expect(element.word('sType')).to.equal(registry.struct(LAYERED).sType);
        element.set('vendorID', 100 + i);
        const [vulkan] = element.chain([VULKAN]);
        const properties = vulkan.inside('properties', 'VkPhysicalDeviceProperties2');
        expect(properties.word('sType')).to.equal(VkStructureType.PHYSICAL_DEVICE_PROPERTIES_2);
        const [inner, ...rest] = properties.chain([DRIVER, LIST]);
        expect([inner.name, rest.length]).to.deep.equal([DRIVER, 0]);
        inner.set('driverID', 10 + i);
      }
      return undefined;
    };
    const pNext = [
      // Wherever it stands among them.
      VkStructureType.PHYSICAL_DEVICE_LAYERED_API_VULKAN_PROPERTIES_KHR,
      VkStructureType.PHYSICAL_DEVICE_LAYERED_API_PROPERTIES_LIST_KHR,
      VkStructureType.PHYSICAL_DEVICE_DRIVER_PROPERTIES,
    ];
    const given = answers(opened.gpu, 'vkGetPhysicalDeviceProperties2', [{ pNext }], layered as never);
    const { pNext: chain } = given as ReturnType<Opened['gpu']['getPhysicalDeviceProperties2']>;
    const [list, driver] = chain as unknown as [
      { pLayeredApis: { vendorID: number; pNext: { properties: { pNext: { driverID: number }[] } }[] }[] },
      { driverID: number },
    ];
    expect(chain).to.have.length(2);
    expect(driver.driverID).to.equal(1);
    expect(list.pLayeredApis.map(one => one.vendorID)).to.deep.equal([100, 101]);
    expect(list.pLayeredApis.map(one => one.pNext[0].properties.pNext[0].driverID)).to.deep.equal([10, 11]);
  });

  it('what extends elements is not asked for without them', () => {
    const pNext = [VkStructureType.PHYSICAL_DEVICE_LAYERED_API_VULKAN_PROPERTIES_KHR] as const;
    for (const mistake of [Promise.resolve(), new Map(), new Date()])
      expect(() => opened.gpu.getPhysicalDeviceProperties2(mistake as never)).to.throw(
        /^vkGetPhysicalDeviceProperties2\.pProperties: expected a \{ pNext \} object, got a (Promise \(is an await missing\?\)|Map|Date)$/,
      );
    for (let i = 0; i < 40; i++)
      expect(() => opened.gpu.getPhysicalDeviceProperties2({ pNext })).to.throw(
        'vkGetPhysicalDeviceProperties2.pProperties.pNext[0]: VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_LAYERED_API_VULKAN_PROPERTIES_KHR extends VkPhysicalDeviceLayeredApiPropertiesKHR: ask for VkPhysicalDeviceLayeredApiPropertiesListKHR too, which has it as pLayeredApis',
      );
  });

  it('arrays inside elements have room when the elements are filled', () => {
    const calls: number[] = [];
    const timings = () => (_device: unknown, _info: unknown, properties: number | bigint) => {
      const all = new InC('VkPastPresentationTimingPropertiesEXT', properties);
      const array = all.pointer('pPresentationTimings');
      calls.push(all.word('presentationTimingCount'));
      if (array === 0n) all.set('presentationTimingCount', 2);
      else
        for (let i = 0; i < 2; i++) {
          const timing = new InC('VkPastPresentationTimingEXT', array, i);
          expect(timing.word('sType')).to.equal(VkStructureType.PAST_PRESENTATION_TIMING_EXT);
          // As many as there are stages.
          expect(timing.word('presentStageCount')).to.equal(4);
          for (let j = 0; j <= i; j++)
            new InC('VkPresentStageTimeEXT', timing.pointer('pPresentStages'), j).set('time', BigInt(i + j));
          timing.set('presentStageCount', i + 1);
        }
      return 0;
    };
    const swapchain = opened.device.adopt('VkSwapchainKHR', 0x5000n);
    const given = answers(opened.device, 'vkGetPastPresentationTimingEXT', [{ swapchain }], timings as never);
    const { pPastPresentationTimingProperties } = given as ReturnType<
      Opened['device']['getPastPresentationTimingEXT']
    >;
    const times = pPastPresentationTimingProperties.pPresentationTimings.map(({ pPresentStages }) =>
      pPresentStages.map(({ time }) => time),
    );
    expect(times).to.deep.equal([[0n], [1n, 2n]]);
    // Vulkan gives each timing once: it is not asked a third time.
    expect(calls.slice(0, 2)).to.deep.equal([0, 2]);
  });

  it('arrays that another output counts come whole, and none is no array', () => {
    const faults = (told: readonly number[]) => () => {
      let times = 0;
      return (_device: unknown, counts: number | bigint, info: number | bigint) => {
        const counter = new InC('VkDeviceFaultCountsEXT', counts);
        if (BigInt(info) === 0n) {
          counter.set('addressInfoCount', told[times]);
          counter.set('vendorBinarySize', BigInt(told[times++]));
          return 0;
        }
        const there = told.at(-1)!;
        const room = counter.word('addressInfoCount');
        const fault = new InC('VkDeviceFaultInfoEXT', info);
        expect(fault.pointer('pAddressInfos') === 0n).to.equal(room === 0);
        for (let i = 0; i < Math.min(room, there); i++)
          new InC('VkDeviceFaultAddressInfoKHR', fault.pointer('pAddressInfos'), i).set(
            'reportedAddress',
            BigInt(i + 1),
          );
        if (room > 0) copy(fault.pointer('pVendorBinaryData'), addressOf(new Uint8Array(room).fill(7)), room);
        return room < there ? VkResult.INCOMPLETE : 0;
      };
    };
    for (const told of [[3], [1, 3], [0]]) {
      const given = answers(opened.device, 'vkGetDeviceFaultInfoEXT', [], faults(told) as never);
      const { result, pFaultCounts, pFaultInfo } = given as ReturnType<
        Opened['device']['getDeviceFaultInfoEXT']
      >;
      const count = told.at(-1)!;
      expect(result).to.equal(0);
      expect(pFaultCounts.addressInfoCount).to.equal(count);
      expect(pFaultInfo.pAddressInfos.map(one => one.reportedAddress)).to.deep.equal(
        [1n, 2n, 3n].slice(0, count),
      );
      expect(pFaultInfo.pVendorInfos).to.deep.equal([]);
      expect(pFaultInfo.pVendorBinaryData).to.deep.equal(new Uint8Array(count).fill(7));
    }
  });

  it('bytes that are counted in blocks come whole', () => {
    const { driver, gpu, device } = opened;
    const sType = VkStructureType.PHYSICAL_DEVICE_SHADER_INSTRUMENTATION_PROPERTIES_ARM;
    driver.override('vkGetPhysicalDeviceProperties2', () => ({ pNext: [{ sType, numMetrics: 3 }] }));
    expect(gpu.getPhysicalDeviceProperties2({ pNext: [sType] }).pNext[0].numMetrics).to.equal(3);
    const blocks =
      () => (_device: unknown, _of: unknown, count: number | bigint, values: number | bigint) => {
        const number = new Uint32Array(1);
        copy(addressOf(number), count, 4);
        if (BigInt(values) !== 0n) {
          expect(number[0]).to.equal(2);
          copy(values, addressOf(new Uint8Array(80).fill(9)), 80);
        }
        copy(count, addressOf(Uint32Array.of(2)), 4);
        return 0;
      };
    const instrumentation = device.adopt('VkShaderInstrumentationARM', 0x6000n);
    const name = 'vkGetShaderInstrumentationValuesARM';
    // Two blocks: a header of 16 bytes and three numbers of 8.
    expect(answers(device, name, [instrumentation], blocks as never)).to.deep.equal(
      new Uint8Array(80).fill(9),
    );
    driver.reset();
  });

  it('bytes begin at a multiple of 16', () => {
    const rows = registry.tables.commands
      .entries()
      .filter(([, text]) => aliasOf(text) === undefined)
      .map(([name]) => registry.command(name))
      .filter(row =>
        shapeOf(row, registry).outputs.some(
          i => row.params[i].base === 'void' && row.params[i].pointers === '&',
        ),
      );
    expect(rows.map(row => row.name)).to.include('vkGetShaderBinaryDataEXT');
    const fixture = new Fixture('null').objects;
    const shader = fixture.VkDevice.adopt('VkShaderEXT', 0x7000n);
    const row = registry.command('vkGetShaderBinaryDataEXT');
    for (let size = 1; size < 40; size++) {
      const native = (_device: unknown, _shader: unknown, count: number | bigint, data: number | bigint) => {
        copy(count, addressOf(BigUint64Array.of(BigInt(size))), 8);
        expect(Number(data) % 16).to.equal(0);
        return 0;
      };
      const bytes = interpretMethod(row, () => native as never)(fixture.VkDevice, [shader]);
      expect((bytes as Uint8Array).length).to.equal(size);
    }
  });

  it('a chain that is asked for is there beside an output that is counted', () => {
    const feedback = VkStructureType.VIDEO_ENCODE_H264_SESSION_PARAMETERS_FEEDBACK_INFO_KHR;
    const [struct, next] = [
      'VkVideoEncodeSessionParametersFeedbackInfoKHR',
      'VkVideoEncodeH264SessionParametersFeedbackInfoKHR',
    ];
    const native = () => (_device: unknown, _of: unknown, info: number | bigint, size: number | bigint) => {
      const [chained] = new InC(struct, info).chain([next]);
      chained.set('hasStdSPSOverrides', 1);
      copy(size, addressOf(BigUint64Array.of(4n)), 8);
      return 0;
    };
    const videoSessionParameters = opened.device.adopt('VkVideoSessionParametersKHR', 0x8000n);
    const args = [{ videoSessionParameters }, { pNext: [feedback] }];
    const given = answers(opened.device, 'vkGetEncodedVideoSessionParametersKHR', args, native as never);
    const { pFeedbackInfo, pData } = given as {
      pFeedbackInfo: { pNext: { hasStdSPSOverrides: boolean }[] };
      pData: Uint8Array;
    };
    expect(pFeedbackInfo.pNext[0].hasStdSPSOverrides).to.equal(true);
    expect(pData).to.have.length(4);
  });

  it('structs in it have their sType', () => {
    const collection = opened.device.adopt('VkBufferCollectionFUCHSIA', 0x9000n);
    const native = () => (_device: unknown, _of: unknown, properties: number | bigint) => {
      const inner = new InC('VkBufferCollectionPropertiesFUCHSIA', properties).inside(
        'sysmemColorSpaceIndex',
        'VkSysmemColorSpaceFUCHSIA',
      );
      expect(inner.word('sType')).to.equal(VkStructureType.SYSMEM_COLOR_SPACE_FUCHSIA);
      inner.set('colorSpace', 5);
      return 0;
    };
    const name = 'vkGetBufferCollectionPropertiesFUCHSIA';
    const given = answers(opened.device, name, [collection], native as never);
    expect(
      (given as { sysmemColorSpaceIndex: { colorSpace: number } }).sysmemColorSpaceIndex.colorSpace,
    ).to.equal(5);
  });
});

describe('a pointer to VkBaseOutStructure', () => {
  const { VkDevice: device } = new Fixture('null').objects;
  const pipeline = device.adopt('VkPipeline', 0x10_0000n);

  it('takes the structs that the registry names for it, told by their sType', () => {
    const sType = VkStructureType.PIPELINE_PROPERTIES_IDENTIFIER_EXT;
    device.getPipelinePropertiesEXT({ pipeline }, { sType, pipelineIdentifier: [1] });
    for (const wrong of [{}, { sType: VkStructureType.BUFFER_CREATE_INFO }, 5])
      expect(() => device.getPipelinePropertiesEXT({ pipeline }, wrong as never)).to.throw(
        'expected a VkPipelinePropertiesIdentifierEXT with its sType',
      );
  });
});
