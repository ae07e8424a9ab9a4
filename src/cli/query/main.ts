// In: the command line of `npm start`.
// Out: the answer of vkGetMemoryWin32HandlePropertiesKHR on the screen, and the exit code.
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
    return answers.some(answer => answer.result === 'VK_SUCCESS') ? 0 : 1;
  } finally {
    opened.end();
  }
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  // A user's mistake and Vulkan's no are one sentence; anything else is ours, and its stack is wanted.
  const isOurs = error instanceof TypeError || error instanceof ReferenceError;
  console.error(isOurs ? error : `koffi-vulkan: ${(error as Error).message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
