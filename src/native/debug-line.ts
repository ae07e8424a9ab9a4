// Lines on standard error that are begun before a call and ended after it, so that a call which ends the process is seen.
import { writeStderr } from './stderr.ts';

/** The line that is begun and not ended. */
let begun: object | undefined;

/** Ends the line that is begun, since something else is about to be written. */
export function breakLine(): void {
  if (begun === undefined) return;
  begun = undefined;
  writeStderr(' <unfinished ...>\n');
}

/** Begins a line; the returned function ends it. If it was broken in between, it is written again as a whole. */
export function beginLine(text: string): (end: string) => void {
  breakLine();
  const line = {};
  begun = line;
  writeStderr(text);
  return end => {
    if (begun === line) {
      begun = undefined;
      writeStderr(`${end}\n`);
    } else {
      breakLine();
      writeStderr(`${text}${end}\n`);
    }
  };
}
