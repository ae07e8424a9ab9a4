#!/usr/bin/env node
// The command `koffi-vulkan`, where Node is new enough for it. An old Node has to read this file to come to its
// sentence: no `await`, and no syntax that is newer than `import()`.

const OLDEST = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  // The next run finds this program compiled, where Node has that: from 22.1 on.
  const cache = process.getBuiltinModule('node:module') as { enableCompileCache?: () => unknown };
  if (cache.enableCompileCache) cache.enableCompileCache();
  Promise.all([import('./run.ts'), import('./commands.ts')]).then(([{ run }, { start }]) => run(start));
} else {
  console.error(
    `koffi-vulkan: Node ${OLDEST.join('.')} or later is needed, and this is ${process.versions.node}`,
  );
  process.exitCode = 1;
}
