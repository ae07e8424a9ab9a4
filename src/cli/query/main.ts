// Prints which memory types a handle can be imported as.
import { plainJson } from '../plain-text.ts';
import { helpText, parseQuery } from './args.ts';
import { ask } from './ask.ts';
import { openDriver } from './driver.ts';
import { toJson, toText } from './print.ts';

export async function main(args: readonly string[]): Promise<number> {
  const query = parseQuery(args);
  if (query === 'help') {
    console.log(helpText());
    return 0;
  }
  const opened = await openDriver(query.driver, query.device);
  try {
    const answers = query.types.map(type => ask(opened, query, type));
    if (query.json) console.log(plainJson(toJson(query.allTypes ? answers : answers[0])));
    else console.log(toText(answers));
    return answers.some(answer => answer.memoryTypeBits !== undefined) ? 0 : 1;
  } finally {
    opened.end();
  }
}
