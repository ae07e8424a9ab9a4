// Prints what a test has counted or measured, in CI only, so that `npm test` is quiet if all is well.
export function figure(text: string): void {
  if (process.env.REQUIRE_LIVE === '1') console.log(`      ${text}`);
}
