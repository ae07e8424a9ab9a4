// In: a program's main function.
// Out: the exit code: its own, 1 where Vulkan said no, 2 for wrong usage; an error is one sentence.
import { UsageError } from '../query/args.ts';

export async function run(main: (args: readonly string[]) => number | Promise<number>): Promise<void> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    process.exitCode = 0;
  });
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    // A user's mistake and Vulkan's no are one sentence; anything else is ours, and its stack is wanted.
    const isOurs = error instanceof TypeError || error instanceof ReferenceError;
    console.error(isOurs ? error : `koffi-vulkan: ${(error as Error).message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
