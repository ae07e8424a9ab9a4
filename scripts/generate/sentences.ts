// What each command does, in one sentence of our own: read from sentences.txt, where a person writes and reads them.
import { readFileSync } from 'node:fs';

/** By the C name of a command; an alias has that of the command it stands for. */
export const sentences: ReadonlyMap<string, string> = new Map(
  readFileSync(new URL('sentences.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
);
