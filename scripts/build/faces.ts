// In: what each entry exports.
// Out: its two ESM faces over the CommonJS file, so that every module sees the same classes.

const BANNER = '// Built by `npm run build`. Do not edit.\n';

/** Path in dist/ → text. */
export function faces(names: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const files = new Map<string, string>();
  for (const [entry, exported] of names) {
    const list = exported.map(name => `  ${name},\n`).join('');
    const face = (load: string, module: string) =>
      `${BANNER}${load}\nexport const {\n${list}} = ${module};\n`;
    // An `import` of CommonJS makes Node scan its text for export names: measured, 12 ms for nothing here.
    const load = `import { createRequire } from 'node:module';`;
    files.set(`${entry}.js`, face(load, `createRequire(import.meta.url)('./${entry}.cjs')`));
    // Bundlers (condition "module") follow an `import` and not createRequire.
    files.set(`${entry}.bundler.js`, face(`import commonjs from './${entry}.cjs';`, 'commonjs'));
  }
  return files;
}
