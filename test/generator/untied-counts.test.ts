// Finds outputs whose counts `len` does not name, and the chains that structs inside outputs may have.
import { expect } from 'chai';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';

const commands = registry.tables.commands
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.command(name));
const structs = registry.tables.structs
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.struct(name));

describe('generator: outputs that no len ties together', () => {
  it('void* behind a count of a command that may be incomplete is what it counts', () => {
    const pMetricValues = registry.command('vkGetShaderInstrumentationValuesARM').params[3];
    expect(pMetricValues.length).to.deep.equal(['pMetricBlockCount']);
  });

  it('every count that comes back counts something', () => {
    const alone = commands.flatMap(({ name, params, successCodes }) =>
      params
        .filter(p => p.pointers === '&' && /Count$/.test(p.name) && successCodes.includes(5))
        .filter(p => !params.some(other => other.length[0] === p.name))
        .map(p => `${name}.${p.name}`),
    );
    expect(alone).to.deep.equal([]);
  });

  it('arrays in a struct are counted by another parameter, as the specification says', () => {
    const elsewhere = structs.flatMap(row =>
      row.members.filter(m => m.length.some(text => text.includes('->'))).map(m => `${m.name} ${m.length}`),
    );
    expect(elsewhere).to.deep.equal([
      'pAddressInfos pFaultCounts->addressInfoCount',
      'pVendorInfos pFaultCounts->vendorInfoCount',
      'pVendorBinaryData pFaultCounts->vendorBinarySize',
    ]);
  });

  it('every array in a struct that Vulkan alone fills has a count', () => {
    const uncounted = structs
      .filter(row => row.returnedOnly)
      .flatMap(row =>
        row.members
          .filter(m => m.pointers === '&' && m.name !== 'pNext' && m.length.length === 0)
          .map(m => `${row.name}.${m.name}`),
      );
    // Names that a program gave.
    expect(uncounted).to.deep.equal([
      'VkCheckpointData2NV.pCheckpointMarker',
      'VkCheckpointDataNV.pCheckpointMarker',
    ]);
  });

  it('the chain of a struct inside an output holds what the specification allows', () => {
    const [properties] = registry
      .struct('VkPhysicalDeviceLayeredApiVulkanPropertiesKHR')
      .members.filter(m => m.name === 'properties');
    expect(properties.validStructs).to.deep.equal([
      'VkPhysicalDeviceDriverProperties',
      'VkPhysicalDeviceIDProperties',
    ]);
  });
});
