// Skips a test that cannot run here, and prints why; with REQUIRE_LIVE=1, as in CI, what could be installed must be there.
import type { Context } from 'mocha';

/** For what could be installed: with REQUIRE_LIVE=1 the test fails. */
export function skipOrFail(context: Context, reason: string): never {
  if (process.env.REQUIRE_LIVE === '1') throw new Error(`REQUIRE_LIVE=1: ${reason}`);
  return skipHere(context, reason);
}

/** For what the platform, or this driver, cannot have, whatever is installed. */
export function skipHere(context: Context, reason: string): never {
  console.log(`      skipped: ${reason} [${titleOf(context)}]`);
  return context.skip();
}

/** Of the test, or of the suite whose hook it is. */
function titleOf({ test }: Context): string | undefined {
  const isHook = (test as { type?: string } | undefined)?.type === 'hook';
  return (isHook ? test?.parent : test)?.fullTitle();
}
