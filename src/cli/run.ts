// Runs a program of the command line: what it writes fits the terminal's locale, and whatever fails is one sentence.

import { plainText, takesUnicode } from './plain-text.ts';
import { UsageError } from './usage-error.ts';

/** @param main gives the exit code: 1 where Vulkan said no; wrong usage is 2 */
export async function run(main: (args: readonly string[]) => number | Promise<number>): Promise<void> {
  if (!takesUnicode()) for (const stream of [process.stdout, process.stderr]) writePlainly(stream);
  process.stdout.on('error', unwritten);
  // Nobody is there to hear of it.
  process.stderr.on('error', () => {});
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    // A user's mistake and Vulkan's no are one sentence; anything else is ours, and its stack is wanted.
    const isOurs = error instanceof TypeError || error instanceof ReferenceError;
    console.error(isOurs ? error : `koffi-vulkan: ${(error as Error).message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** A reader that has seen enough (`| head`) is no error; a full disk is. */
function unwritten(error: NodeJS.ErrnoException): never {
  const isEnough = error.code === 'EPIPE' || error.code === 'EOF';
  if (!isEnough) process.stderr.write(`koffi-vulkan: the output cannot be written: ${error.message}\n`);
  process.exit(isEnough ? 0 : 1);
}

function writePlainly(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = ((text: unknown, ...rest: unknown[]) =>
    write(typeof text === 'string' ? plainText(text) : text, ...rest)) as typeof stream.write;
}
