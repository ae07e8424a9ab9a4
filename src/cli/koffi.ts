// Whether koffi can be loaded, asked before anything imports it: its binary may be missing, or Node may forbid addons.

/** Why it cannot be loaded; undefined if it can. */
export async function koffiFault(): Promise<string | undefined> {
  try {
    await import('koffi');
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** Whether it can be loaded; if not, it prints one sentence to stderr and sets exit code 1. */
export async function needKoffi(): Promise<boolean> {
  const fault = await koffiFault();
  if (fault === undefined) return true;
  console.error(`koffi-vulkan: koffi, which calls native code, cannot be loaded: ${fault}`);
  process.exitCode = 1;
  return false;
}
