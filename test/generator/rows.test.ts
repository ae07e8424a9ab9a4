// src/registry/rows.ts reads what it writes: a row that is parsed and written again is the same text.
import { expect } from 'chai';
import { formatExtension, parseExtension } from '../../src/registry/extension-row.ts';
import { registry } from '../../src/registry/registry.ts';
import {
  aliasOf,
  formatCallback,
  formatCommand,
  formatHandle,
  formatStruct,
  parseCallback,
  parseCommand,
  parseDeclarator,
  parseHandle,
  parseStruct,
} from '../../src/registry/rows.ts';
import type { Table } from '../../src/registry/table.ts';

const { structs, commands, callbacks, extensions, handles, flags, baseTypes } = registry.tables;

function roundTrip<Row>(
  kind: string,
  rows: Table,
  parse: (name: string, text: string) => Row,
  format: (row: Row) => string,
): void {
  it(`${kind} come back as they were`, () => {
    const own = rows.entries().filter(([, text]) => aliasOf(text) === undefined);
    expect(own.length).to.be.greaterThan(0);
    for (const [name, text] of own) {
      const row = parse(name, text);
      expect(format(row), name).to.equal(text);
      expect(parse(name, format(row)), name).to.deep.equal(row);
    }
  });
}

describe('generator: rows of ffi/', () => {
  roundTrip('structs', structs, parseStruct, formatStruct);
  roundTrip('commands', commands, parseCommand, formatCommand);
  roundTrip('callbacks', callbacks, parseCallback, formatCallback);
  roundTrip('extensions', extensions, parseExtension, formatExtension);
  roundTrip('handles', handles, parseHandle, formatHandle);

  it('name in each alias a row that is none', () => {
    for (const rows of [structs, commands, handles, flags])
      for (const [name, text] of rows.entries()) {
        const target = aliasOf(text);
        if (target !== undefined) expect(aliasOf(rows.get(target)!), `${name} ${text}`).to.equal(undefined);
      }
  });

  it('name only types that there are', () => {
    const owners = [
      ...structs.names().map(name => registry.struct(name).members),
      ...commands.names().map(name => registry.command(name).params),
      ...callbacks.entries().map(([name, text]) => parseCallback(name, text).params),
    ];
    for (const m of owners.flat()) expect(() => registry.fact(m.base), m.base).not.to.throw();
    for (const name of baseTypes.names()) expect(() => registry.fact(name), name).not.to.throw();
  });

  it('let only structs with an sType extend, and only what there is', () => {
    for (const name of structs.names())
      for (const extending of registry.struct(name).extendedBy)
        expect(registry.struct(extending).sType, `${extending} of ${name}`).to.be.a('number');
  });

  it('say nothing as an empty text', () => {
    expect(parseExtension('VK_A', extensions.get('VK_KHR_swapchain')!)).to.include({
      platform: '',
      promotedTo: '',
    });
    expect(parseExtension('VK_A', extensions.get('VK_KHR_win32_surface')!).platform).to.equal('win32');
    expect(parseHandle('VkInstance', handles.get('VkInstance')!).parent).to.equal('');
  });

  it('refuse a declarator that is none', () => {
    expect(() => parseDeclarator('uint32_t*')).to.throw('Row declarator: expected e.g. **char or [4]float');
  });
});

describe('generator: what src/registry/facts.ts says of an alias', () => {
  it('is its target’s row under its own name and provider', () => {
    const row = registry.command('vkGetPhysicalDeviceFeatures2KHR');
    const target = registry.command('vkGetPhysicalDeviceFeatures2');
    expect(row.name).to.equal('vkGetPhysicalDeviceFeatures2KHR');
    expect(row.params).to.equal(target.params);
    expect(row.providers).to.equal('VK_KHR_get_physical_device_properties2');
    expect(target.providers).to.equal('VK_VERSION_1_1');
  });
});
