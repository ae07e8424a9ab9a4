// Code is made from text in one place, and only names of rows, all of them identifiers, are written into it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { registry } from '../../src/registry/registry.ts';
import { environment, root } from '../package/npm.ts';

const SRC = join(import.meta.dirname, '../../src');

describe('code made from text', () => {
  it('is made by one function of the library', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      // The prompt runs what is typed.
      file => file.endsWith('.ts') && !file.startsWith('cli'),
    );
    const making = files.filter(file =>
      /\bnew Function\b|\bFunction\(|\beval\(|\bnode:vm\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    // Mapped memory asks Node 20 for one function of its own, by a text that never changes.
    expect(making.map(file => file.replaceAll('\\', '/')).sort()).to.deep.equal([
      'marshal/compile.ts',
      'objects/mapped-memory.ts',
    ]);
    const mapped = readFileSync(join(SRC, 'objects/mapped-memory.ts'), 'utf8');
    expect(mapped.match(/runIn\w+\(.*?\)/g)).to.deep.equal([
      "runInNewContext('ArrayBuffer.prototype.transfer')",
    ]);
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
    const source = (path: string) => JSON.stringify(pathToFileURL(join(SRC, path)).href);
    // In a process of its own: what is compiled once is not compiled again.
    const program = `
      const sources = [];
      globalThis.Function = new Proxy(Function, {
        construct(target, parts) {
          sources.push(parts.join());
          return Reflect.construct(target, parts);
        },
      });
      const { createEmbeddedDriver } = await import(${source('embedded/index.ts')});
      const { loadVulkan } = await import(${source('index.ts')});
      const { getInstanceProcAddr } = createEmbeddedDriver();
      const vulkan = loadVulkan({ getInstanceProcAddr });
      const hostile = 'hostile\`"\\n';
      for (let i = 0; i < 100; i++) {
        try {
          vulkan.createInstance({ [hostile]: 1 });
        } catch {}
        const instance = vulkan.createInstance({ pApplicationInfo: { pApplicationName: hostile } });
        instance.enumeratePhysicalDevices()[0].getPhysicalDeviceFeatures();
        instance.destroyInstance();
      }
      console.log(sources.length, sources.filter(source => source.includes('hostile')).length);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const said = execFileSync(process.execPath, args, { encoding: 'utf8', env: environment(), cwd: root });
    const [made, hostile] = said.split(' ').map(Number);
    expect(made).to.be.greaterThan(2);
    expect(hostile).to.equal(0);
  });
});
