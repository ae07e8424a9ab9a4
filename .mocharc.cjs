// What mocha runs: the tests that are named, files or folders; where none is, all but the slow ones, in two to four
// processes.
const { availableParallelism } = require('node:os');

const named = process.argv.slice(2).some(argument => /(^|[\\/])test([\\/]|$)/.test(argument));

module.exports = {
  import: 'tsx',
  require: ['./test/compile-at-once.ts', './test/quiet-warnings.ts'],
  extension: ['test.ts'],
  recursive: true,
  parallel: !named,
  jobs: Math.min(4, Math.max(2, availableParallelism())),
  ignore: named ? [] : ['test/**/*.slow.test.ts'],
  // For what hangs; a test that works ends long before, also on a machine with other work.
  timeout: 300000,
};
