// Lines on standard error that are begun before a call and ended after it, so that a call which ends the process is seen.
import { writeSync } from 'node:fs';

/** The line that is begun and not ended. */
let begun: object | undefined;

/** Ends the line that is begun, since something else is about to be written. */
export function breakLine(): void {
  if (begun === undefined) return;
  begun = undefined;
  write(' <unfinished ...>\n');
}

/** Begins a line; the returned function ends it. If it was broken in between, it is written again as a whole. */
export function beginLine(text: string): (end: string) => void {
  breakLine();
  const line = {};
  begun = line;
  write(text);
  return end => {
    if (begun === line) {
      begun = undefined;
      write(`${end}\n`);
    } else {
      breakLine();
      write(`${text}${end}\n`);
    }
  };
}

/** Written at once, which process.stderr does not do everywhere; nothing can be done if it is closed. */
function write(text: string): void {
  for (let left: Uint8Array = new TextEncoder().encode(text); left.length > 0; )
    try {
      left = left.subarray(writeSync(2, left));
    } catch (error) {
      // The pipe is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
}
