// Arrays of structs in an output chain go to Vulkan with their sType.
import { expect } from 'chai';
import { World } from '../../scripts/fuzz/world.ts';
import { Scope } from '../../src/handles/scope.ts';
import { VkStructureType } from '../../src/index.ts';
import { Call } from '../../src/marshal/call.ts';
import { linkOf } from '../../src/marshal/chain.ts';
import { makeOutput } from '../../src/marshal/output.ts';
import { readAddress } from '../../src/marshal/scalar.ts';
import { layoutOf } from '../../src/native/koffi.ts';
import { registry } from '../../src/registry/registry.ts';

describe('arrays inside what Vulkan fills', () => {
  it('get room for as many as were counted, each with its sType', () => {
    const list = registry.struct('VkPhysicalDeviceLayeredApiPropertiesListKHR');
    const element = registry.struct('VkPhysicalDeviceLayeredApiPropertiesKHR');
    const place = (name: string) => layoutOf(list).members.get(name)!.offset;
    const output = makeOutput(registry.command('vkGetPhysicalDeviceProperties2'), 1);
    const call = Call.begin({ identity: { scope: new Scope('VkInstance') } } as never);
    try {
      const slot = output.reserve(call, 1, [linkOf(list)]);
      const [{ chunk, at }] = slot.chains[0];
      chunk.u32[(at + place('layeredApiCount')) >> 2] = 3;
      expect(output.reserveNested(call, slot, 1)).not.to.equal(undefined);
      const array = Number(readAddress(chunk, at + place('pLayeredApis'))) - call.stack.chunk.address;
      const sTypes = [0, 1, 2].map(i => call.stack.chunk.i32[(array + i * layoutOf(element).size) >> 2]);
      expect(sTypes).to.deep.equal([element.sType, element.sType, element.sType]);
    } finally {
      call.end();
    }
  });
});

describe('a pointer to VkBaseOutStructure', () => {
  const { VkDevice: device } = new World('null').objects;
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
