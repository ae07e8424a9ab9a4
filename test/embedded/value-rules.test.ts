// A number that breaks a rule of the rows is refused by its VUID before the call, interpreted and compiled.
import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';
import { keep, RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { ValidUsageError } from '../../src/errors/errors.ts';
import { Scope } from '../../src/handles/scope.ts';
import { VkStructureType } from '../../src/index.ts';
import { Call } from '../../src/marshal/call.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type Member, type StructRow } from '../../src/registry/rows.ts';
import { methodName, shapeOf } from '../../src/registry/shape.ts';
import type { Table } from '../../src/registry/table.ts';
import type { ValueRule } from '../../src/registry/value-rule.ts';

const SEED = 20_261_126;
/** All that an image's create info needs besides type and format. */
const image = {
  extent: { width: 4, height: 4, depth: 1 },
  mipLevels: 1,
  arrayLayers: 1,
  samples: 1,
  usage: 4,
} as const;
const own = (table: Table) =>
  table.entries().flatMap(([name, text]) => (aliasOf(text) === undefined ? [name] : []));

type Given = Record<string, unknown>;

/**
 * Breaks a rule in a valid value: the number, an element's, or where it is a count all its arrays.
 * @returns whether there was anything to break
 */
function breakRule({ path, multiple }: ValueRule, value: Given, members: readonly Member[]): boolean {
  const [, name, each, inside] = /^(\w+)(\[\])?(?:(?:\.|->)(.+))?$/.exec(path) as RegExpExecArray;
  const broken = multiple === 0 ? 0 : multiple + 1;
  if (each !== undefined) {
    const list = value[name] as Given[] | undefined;
    if (list === undefined || list.length === 0) return false;
    const last = list.length - 1;
    if (inside === undefined)
      (list as unknown[])[last] = typeof list[last] === 'bigint' ? BigInt(broken) : broken;
    else return breakInside(inside, multiple, list[last], name, members);
    return true;
  }
  if (inside !== undefined) return breakInside(inside, multiple, value[name] as Given, name, members);
  const arrays = members.filter(m => m.pointers !== '' && (m.length[0] ?? '').split('/')[0] === name);
  for (const m of arrays) value[m.name] = m.base === 'void' ? new Uint8Array(broken) : [];
  if (arrays.length === 0 || name in value)
    value[name] = typeof value[name] === 'bigint' ? BigInt(broken) : broken;
  return true;
}

function breakInside(
  path: string,
  multiple: number,
  value: Given,
  name: string,
  members: readonly Member[],
): boolean {
  const inner = registry.struct(members.find(m => m.name === name)!.base).members;
  return breakRule({ path, multiple, vuid: '', unless: [] }, value, inner);
}

const vuidOf = (error: unknown): string => (error instanceof ValidUsageError ? error.vuid : String(error));

describe('rules on numbers', () => {
  const scope = new Scope('VkDevice', new Scope('VkInstance'));
  const values = new RandomValues(randomFrom(SEED), scope);

  function outcome(row: StructRow, value: Given, encode: ReturnType<typeof interpretStruct>): string {
    const stack = argumentStack();
    const call = Call.begin({ identity: { scope } } as never);
    try {
      encode(call, stack.chunk, stack.reserve(layoutOf(row).size), value);
      return 'written';
    } catch (error) {
      if (error instanceof ArgumentError) return vuidOf(error.toError(row.name));
      throw error;
    } finally {
      call.end();
    }
  }

  /** A value of a struct without what it may leave out, so that nothing else is in the way. */
  const plain = (row: StructRow) => {
    const { pNext: _chain, ...value } = values.struct(row, 3) as Given;
    return value;
  };

  it('of structs: each is refused by its VUID, and what keeps them all is not', () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const row of own(registry.tables.structs).map(registry.struct)) {
      const encoders = [interpretStruct(planOf(row)), ...(canCompile() ? [compiledEncoder(row)] : [])];
      for (const rule of row.rules) {
        tried++;
        for (const encode of encoders) {
          // Chance does not know which arm of a union its selector wants.
          let value = plain(row);
          for (let again = 0; again < 50 && outcome(row, value, encode) !== 'written'; again++)
            value = plain(row);
          const kept = outcome(row, value, encode);
          if (kept !== 'written') wrong.push(`${rule.vuid}: a valid value is refused: ${kept}`);
          while (!breakRule(rule, value, row.members)) value = plain(row);
          for (const other of row.rules) if (other.path !== rule.path) keep(other, value);
          const told = outcome(row, value, encode);
          if (told !== rule.vuid) wrong.push(`${rule.vuid}: ${told}`);
        }
      }
    }
    expect(wrong).to.deep.equal([]);
    expect(tried).to.be.greaterThan(200);
  });

  it('of commands: each is refused by its VUID before the call', () => {
    const fixture = new Fixture('null');
    const given = fixture.values(randomFrom(SEED));
    const nullDriver = fixture.nullDriver!;
    const wrong: string[] = [];
    let tried = 0;
    for (const row of own(registry.tables.commands).map(registry.command)) {
      const { roles } = shapeOf(row, registry);
      const passed = row.params.filter((_, i) => roles[i] === 'in' || roles[i] === 'buffer');
      const object = fixture.objects[row.params[0].base as 'VkDevice'] as unknown as Record<
        string,
        (...args: unknown[]) => unknown
      >;
      for (const rule of row.rules) {
        tried++;
        // The first call is interpreted, since its function is not known yet; it may ask for the device's version.
        for (let time = 0; time < 3; time++) {
          const lengths = new Map<string, number>();
          const value: Given = Object.fromEntries(passed.map(p => [p.name, given.member(p, 3, lengths)]));
          for (const one of row.rules) keep({ ...one, path: one.path.replace('->', '.') }, value);
          if (!breakRule(rule, value, row.params)) {
            time--;
            continue;
          }
          const before = nullDriver.calls;
          let told = 'called';
          try {
            object[methodName(row.name)](...passed.map(p => value[p.name]));
          } catch (error) {
            told = vuidOf(error);
          }
          if (told !== rule.vuid || (time > 0 && nullDriver.calls !== before))
            wrong.push(`${rule.vuid}: ${told}`);
        }
      }
    }
    expect(wrong).to.deep.equal([]);
    expect(tried).to.be.greaterThan(100);
  });

  describe('as a user meets them', () => {
    const { VkDevice: device, VkCommandBuffer: commandBuffer } = new Fixture('null').objects;
    const refused = (call: () => unknown, message: string) =>
      it(message, () => {
        for (let time = 0; time < 3; time++) expect(call).to.throw(ValidUsageError, message);
      });
    // A script without types leaves things out.
    const createImage = (info: object) => device.createImage(info as never);

    refused(
      () => createImage({ samples: 1 }),
      'vkCreateImage.pCreateInfo.extent: expected a VkExtent3D object, got undefined (VUID-VkImageCreateInfo-extent-00944)',
    );
    refused(
      () => createImage({ ...image, extent: {} }),
      'vkCreateImage.pCreateInfo.extent.width: expected more than 0, got 0 (VUID-VkImageCreateInfo-extent-00944)',
    );
    refused(
      () => createImage({ ...image, mipLevels: 0 }),
      'vkCreateImage.pCreateInfo.mipLevels: expected more than 0, got 0 (VUID-VkImageCreateInfo-mipLevels-00947)',
    );
    refused(
      () => createImage({ ...image, usage: 0 }),
      'vkCreateImage.pCreateInfo.usage: expected more than 0, got 0 (VUID-VkImageCreateInfo-usage-parameter)',
    );
    refused(
      () => device.createRenderPass({ pSubpasses: [] }),
      'vkCreateRenderPass.pCreateInfo.pSubpasses: expected more than 0 as subpassCount, got 0 (VUID-VkRenderPassCreateInfo-subpassCount-arraylength)',
    );
    refused(
      () =>
        device.createPipelineLayout({
          pPushConstantRanges: [
            { stageFlags: 1, size: 4 },
            { stageFlags: 1, size: 6 },
          ],
        }),
      'vkCreatePipelineLayout.pCreateInfo.pPushConstantRanges[1].size: expected a multiple of 4, got 6 (VUID-VkPushConstantRange-size-00297)',
    );
    refused(
      () => commandBuffer.cmdSetViewport(0, [{ width: -1, height: 1 }]),
      'vkCmdSetViewport.pViewports[0].width: expected more than 0, got -1 (VUID-VkViewport-width-01770)',
    );
    refused(
      () => device.waitForFences([], true, 0),
      'vkWaitForFences.pFences: expected more than 0 as fenceCount, got 0 (VUID-vkWaitForFences-fenceCount-arraylength)',
    );

    refused(
      () => device.createComputePipelines(null, [{ stage: { stage: 32, pName: 'main' } }]),
      'vkCreateComputePipelines.pCreateInfos[0].layout: expected a VkPipelineLayout, got VK_NULL_HANDLE (VUID-VkComputePipelineCreateInfo-None-11367)',
    );
    refused(
      () => device.createGraphicsPipelines(null, [{ subpass: 0, layout: 0n as never }]),
      'vkCreateGraphicsPipelines.pCreateInfos[0].layout: expected a VkPipelineLayout, got VK_NULL_HANDLE (VUID-VkGraphicsPipelineCreateInfo-None-07826)',
    );

    refused(
      () =>
        device.createDescriptorUpdateTemplate({
          templateType: 0,
          pDescriptorUpdateEntries: [{ descriptorCount: 1 }],
        } as never),
      'vkCreateDescriptorUpdateTemplate.pCreateInfo.descriptorSetLayout: expected a VkDescriptorSetLayout, got VK_NULL_HANDLE (VUID-VkDescriptorUpdateTemplateCreateInfo-templateType-00350)',
    );
    refused(
      () =>
        device.createDescriptorUpdateTemplate({
          templateType: 1,
          pDescriptorUpdateEntries: [{ descriptorCount: 1 }],
        } as never),
      'vkCreateDescriptorUpdateTemplate.pCreateInfo.pipelineLayout: expected a VkPipelineLayout, got VK_NULL_HANDLE (VUID-VkDescriptorUpdateTemplateCreateInfo-templateType-00352)',
    );
    it('nor is a pointer left out that the registry leaves to prose', () => {
      const binding = { binding: 0, descriptorType: 6, descriptorCount: 1, stageFlags: 1 } as const;
      const layout = device.createDescriptorSetLayout({ pBindings: [binding] });
      const entry = {
        descriptorType: 6,
        descriptorCount: 1,
        dstBinding: 0,
        dstArrayElement: 0,
        offset: 0,
        stride: 0,
      };
      const template = device.createDescriptorUpdateTemplate({
        templateType: 0,
        descriptorSetLayout: layout,
        pDescriptorUpdateEntries: [entry],
      } as never);
      const pool = device.createDescriptorPool({ maxSets: 1, pPoolSizes: [{ type: 6, descriptorCount: 1 }] });
      const [set] = device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [layout] });
      const cleared = device.createImage(image as never);
      for (let time = 0; time < 3; time++) {
        expect(() => commandBuffer.cmdClearColorImage(cleared, 1, null as never, [])).to.throw(
          'vkCmdClearColorImage.pColor: expected',
        );
        for (const nothing of [null, undefined, 0n])
          expect(() => device.updateDescriptorSetWithTemplate(set, template, nothing as never)).to.throw(
            'vkUpdateDescriptorSetWithTemplate.pData: expected',
          );
      }
    });

    it('but a misspelled member is told as such', () => {
      for (let time = 0; time < 3; time++)
        expect(() => device.createBuffer({ siz: 4, usage: 1 } as never)).to.throw('did you mean size?');
    });

    it('and not where a struct in the chain gives the flags', () => {
      const usage = { sType: VkStructureType.BUFFER_USAGE_FLAGS_2_CREATE_INFO, usage: 1n } as const;
      const own = { sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO } as const;
      for (let time = 0; time < 3; time++) {
        expect(() => device.createBuffer({ size: 4, usage: 0 })).to.throw(
          'VUID-VkBufferCreateInfo-None-09500',
        );
        expect(() => device.createBuffer({ size: 4, usage: 0, pNext: [own] })).to.throw('None-09500');
        device.createBuffer({ size: 4, usage: 0, pNext: [own, usage] });
        device.createBuffer({ size: 4, pNext: [usage] } as never);
      }
    });
  });
});
