// Prints which memory types a handle can be imported as.
import { plainJson } from '../plain-text.ts';
import { helpText, parseQuery } from './args.ts';
import { answerQuery } from './ask.ts';
import { openDriver } from './driver.ts';
import { answersJson, answersText } from './print.ts';

export async function main(args: readonly string[]): Promise<number> {
  const query = parseQuery(args);
  if (query === 'help') {
    console.log(helpText());
    return 0;
  }
  const opened = await openDriver(query.driver, query.device);
  try {
    const answers = query.types.map(type => answerQuery(opened, query, type));
    if (query.json) console.log(plainJson(answersJson(query.allTypes ? answers : answers[0])));
    else console.log(answersText(answers));
    return answers.some(answer => answer.memoryTypeBits !== undefined) ? 0 : 1;
  } finally {
    opened.end();
  }
}
