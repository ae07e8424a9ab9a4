// In: src/ and the registry's rows.
// Out: that code is made from text in one place, and that what is written into it are names of rows, identifiers all.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { loadVulkan } from '../../src/index.ts';
import { registry } from '../../src/tables.ts';

const SRC = join(import.meta.dirname, '../../src');

describe('code made from text', () => {
  it('is made by one function of src/', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file =>
      file.endsWith('.ts'),
    );
    const making = files.filter(file =>
      /\bnew Function\b|\bFunction\(|\beval\(|\bnode:vm\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(making.map(file => file.replaceAll('\\', '/'))).to.deep.equal(['marshal/compile.ts']);
  });

  it('names structs, members, commands, parameters and handles alone, and each is an identifier', () => {
    const { structs, commands, handles } = registry.tables;
    const rows = [
      ...structs.names().map(name => ({ name, inner: registry.struct(name).members })),
      ...commands.names().map(name => ({ name, inner: registry.command(name).params })),
      ...handles.names().map(name => ({ name, inner: [] })),
    ];
    const names = rows.flatMap(({ name, inner }) => [
      name,
      ...inner.flatMap(m => [m.name, m.base, m.selector || m.name]),
    ]);
    expect(names.filter(name => !/^[A-Za-z_]\w*$/.test(name))).to.deep.equal([]);
    expect(names.length).to.be.greaterThan(10_000);
  });

  it('holds nothing that a script passes', () => {
    const sources: string[] = [];
    const { Function: native } = globalThis;
    globalThis.Function = new Proxy(native, {
      construct(target, parts: string[]) {
        sources.push(parts.join('\n'));
        return Reflect.construct(target, parts) as object;
      },
    });
    try {
      using driver = createEmbeddedDriver();
      const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
      const hostile = 'hostile`"\n';
      for (let i = 0; i < 100; i++)
        expect(() => vulkan.createInstance({ [hostile]: 1 } as never)).to.throw(TypeError, 'hostile');
      using instance = vulkan.createInstance({ pApplicationInfo: { pApplicationName: hostile } });
      for (let i = 0; i < 100; i++) instance.enumeratePhysicalDevices()[0].getPhysicalDeviceFeatures();
      expect(sources.length).to.be.greaterThan(0);
      expect(sources.filter(source => source.includes('hostile'))).to.deep.equal([]);
    } finally {
      globalThis.Function = native;
    }
  });
});
