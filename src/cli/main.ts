#!/usr/bin/env node
// The program `koffi-vulkan`, which checks Node's version first. An old Node must be able to parse this file, so it has
// no `await` and no syntax newer than `import()`.

const OLDEST = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  // From Node 22.1 on, the compiled code is cached for the next run.
  const cache = process.getBuiltinModule('node:module') as { enableCompileCache?: () => unknown };
  if (cache.enableCompileCache) cache.enableCompileCache();
  Promise.all([import('./run.ts'), import('./commands.ts')]).then(([{ run }, { start }]) => run(start));
} else {
  console.error(
    `koffi-vulkan: Node ${OLDEST.join('.')} or later is needed, and this is ${process.versions.node}`,
  );
  process.exitCode = 1;
}
