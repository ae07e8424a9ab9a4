// What each command does, in one sentence, from sentences.txt.
import { readFileSync } from 'node:fs';

/** The sentences by C name; an alias has the one of its target. */
export const sentences: ReadonlyMap<string, string> = new Map(
  readFileSync(new URL('sentences.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
);
