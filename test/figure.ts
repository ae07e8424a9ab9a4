// What a test has counted or measured: CI shows it, and `npm test` is quiet where all is well.
export function figure(text: string): void {
  if (process.env.REQUIRE_LIVE === '1') console.log(`      ${text}`);
}
