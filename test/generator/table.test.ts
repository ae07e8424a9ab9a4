// src/registry/table.ts finds every row, and no other.
import { expect } from 'chai';
import { registry } from '../../src/registry/registry.ts';
import { Table } from '../../src/registry/table.ts';

describe('generator: tables', () => {
  it('give back what was put in, in the order of the names', () => {
    const table = Table.of([
      ['VkFooB', '2|x y'],
      ['VkFoo', '1'],
      ['VkFoo_', ''],
    ]);
    expect(table.text).to.equal('\nVkFoo 1\nVkFooB 2|x y\nVkFoo_ \n');
    expect(table.names()).to.deep.equal(['VkFoo', 'VkFooB', 'VkFoo_']);
    expect(table.names().map(name => table.get(name))).to.deep.equal(['1', '2|x y', '']);
  });

  it('do not have what was not: a part of a name or row, what every object has', () => {
    const table = Table.of([['VkFoo', 'VkBar 1']]);
    for (const name of ['', 'Vk', 'VkFooo', 'VkBar', 'VkFoo VkBar', 'A', 'a', 'constructor', '__proto__'])
      expect(table.has(name), name).to.equal(false);
    expect(Table.of([]).get('VkFoo')).to.equal(undefined);
    expect(Table.of([]).names()).to.deep.equal([]);
  });

  it('of ffi/ are sorted: each row is found', () => {
    const { enums: _, ...tables } = registry.tables;
    for (const table of Object.values(tables)) {
      expect(table.names()).to.deep.equal([...new Set(table.names())].sort()).and.not.empty;
      for (const [name, row] of table.entries()) expect(table.get(name), name).to.equal(row);
    }
  });
});
