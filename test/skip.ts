// In: a test that this machine cannot run, and why.
// Out: a skip that prints the reason; with REQUIRE_LIVE=1, as in CI, a failure.
import type { Context } from 'mocha';

export function skipOrFail(context: Context, reason: string): never {
  if (process.env.REQUIRE_LIVE === '1') throw new Error(`REQUIRE_LIVE=1: ${reason}`);
  console.log(`      skipped: ${reason}`);
  return context.skip();
}
