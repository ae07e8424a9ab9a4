// Runs a program of the command line: its output fits the terminal's locale, and its errors are one sentence.

import { plainText, takesUnicode } from './plain-text.ts';
import { UsageError } from './usage-error.ts';

/** @param main returns the exit code; wrong usage is 2, any other error 1 */
export async function run(main: (args: readonly string[]) => number | Promise<number>): Promise<void> {
  if (!takesUnicode()) for (const stream of [process.stdout, process.stderr]) writePlainly(stream);
  process.stdout.on('error', unwritten);
  // There is nowhere left to report it.
  process.stderr.on('error', () => {});
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    // A user's mistake and a refusal of Vulkan are one sentence; anything else is a bug here, with its stack.
    const isOurs = error instanceof TypeError || error instanceof ReferenceError;
    console.error(isOurs ? error : `koffi-vulkan: ${(error as Error).message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** A reader that stops early (`| head`) is not an error; a full disk is. */
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
