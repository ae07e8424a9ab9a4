// A test that cannot run here: a skip that prints why; where the machine lacks something, and REQUIRE_LIVE=1 as in CI, a failure.
import type { Context } from 'mocha';

/** Where something could be installed. */
export function skipOrFail(context: Context, reason: string): never {
  if (process.env.REQUIRE_LIVE === '1') throw new Error(`REQUIRE_LIVE=1: ${reason}`);
  return skipHere(context, reason);
}

/** Where the platform or the driver has no such thing, whatever is installed. */
export function skipHere(context: Context, reason: string): never {
  console.log(`      skipped: ${reason} [${titleOf(context)}]`);
  return context.skip();
}

/** Of the test, or of the suite whose hook it is. */
function titleOf({ test }: Context): string | undefined {
  const isHook = (test as { type?: string } | undefined)?.type === 'hook';
  return (isHook ? test?.parent : test)?.fullTitle();
}
