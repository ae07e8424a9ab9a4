// What mocha runs: the tests that are named, files or folders; if none is, all but the slow ones, in two to four processes.
const { availableParallelism } = require('node:os');
const { parseArgs } = require('node:util');

/** Options of mocha with a value, which is no name of a test: `--grep test`. */
const SHORT = {
  fgrep: 'f',
  grep: 'g',
  jobs: 'j',
  reporter: 'R',
  'reporter-option': 'O',
  require: 'r',
  slow: 's',
  timeout: 't',
  ui: 'u',
};
const LONG = ['config', 'extension', 'file', 'global', 'ignore', 'node-option', 'package', 'retries'];

const { positionals } = parseArgs({
  args: process.argv.slice(2),
  options: Object.fromEntries([
    ...Object.entries(SHORT).map(([name, short]) => [name, { type: 'string', multiple: true, short }]),
    ...LONG.map(name => [name, { type: 'string', multiple: true }]),
  ]),
  allowPositionals: true,
  strict: false,
});
const named = positionals.some(path => /(^|[\\/])test([\\/]|$)/.test(path));

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
