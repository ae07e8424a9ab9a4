// package.json: each entry is there for whoever imports, requires or bundles it, and each ring of tests has its command.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './npm.ts';
import { manifest } from './user.ts';

const entries = Object.keys(manifest.exports).filter(subpath => subpath !== './package.json');

describe('package.json', () => {
  it('has an entry for each condition as the main entry has, and its source', () => {
    const pattern = JSON.stringify(manifest.exports['.']);
    for (const subpath of entries) {
      const name = subpath === '.' ? 'index' : subpath.slice('./'.length);
      expect(JSON.stringify(manifest.exports[subpath]), subpath).to.equal(
        pattern.replaceAll('/index.', `/${name}.`),
      );
      const source = name === 'index' ? 'src/index.ts' : `src/${name}/index.ts`;
      expect(existsSync(join(root, source)), source).to.equal(true);
    }
  });

  it('has a command for each ring of tests', () => {
    const rings = readdirSync(join(root, 'test'), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name)
      .filter(ring => readdirSync(join(root, 'test', ring)).some(file => file.endsWith('.test.ts')));
    for (const ring of rings) expect(manifest.scripts[`test:${ring}`], ring).to.equal(`mocha test/${ring}`);
  });
});
