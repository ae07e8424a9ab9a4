// Runs a script of package.json: `--help` prints its help and does nothing else, and an error is one line.
import { UsageError } from '../../src/cli/usage-error.ts';

interface Script {
  /** Its name in package.json. */
  readonly name: string;
  readonly help: string;
  /** Another program gets the arguments, so that only the first one can ask for this help. */
  readonly passesOn?: boolean;
  /**
   * @param me how the script is called, for errors that point to its help
   * @returns the exit code; wrong usage is 2, any other error 1
   */
  main(args: readonly string[], me: string): number | Promise<number>;
}

export async function runScript({ name, help, passesOn = false, main }: Script): Promise<void> {
  const args = process.argv.slice(2);
  if ((passesOn ? args.slice(0, 1) : args).some(arg => arg === '--help' || arg === '-h')) {
    console.log(help);
    return;
  }
  try {
    process.exitCode = await main(args, `npm run ${name} --`);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
