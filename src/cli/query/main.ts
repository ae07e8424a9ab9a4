// The program of `npm start`: what is known about a handle on the screen, and the exit code.
import { HELP, parseQuery, UsageError } from './args.ts';
import { ask } from './ask.ts';
import { openDriver } from './driver.ts';
import { toJson, toText } from './print.ts';

function main(args: readonly string[]): number {
  const query = parseQuery(args);
  if (query === 'help') {
    console.log(HELP);
    return 0;
  }
  const opened = openDriver(query.driver, query.device);
  try {
    const answers = query.types.map(type => ask(opened, query, type));
    if (query.json) console.log(toJson(query.allTypes ? answers : answers[0]));
    else console.log(toText(answers));
    return answers.some(answer => answer.memoryTypeBits !== undefined) ? 0 : 1;
  } finally {
    opened.end();
  }
}

// The answer has the library's warnings.
process.removeAllListeners('warning');
try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  // A user's mistake and Vulkan's no are one sentence; anything else is ours, and its stack is wanted.
  const isOurs = error instanceof TypeError || error instanceof ReferenceError;
  console.error(isOurs ? error : `koffi-vulkan: ${(error as Error).message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
