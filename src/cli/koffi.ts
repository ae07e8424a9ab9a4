// Whether koffi can be loaded here: asked before what imports it, since its binary may be missing or Node forbid it.

/** Why it cannot be loaded; undefined where it can. */
export async function koffiFault(): Promise<string | undefined> {
  try {
    await import('koffi');
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** False, with one sentence on stderr and exit code 1, where it cannot be loaded. */
export async function needKoffi(): Promise<boolean> {
  const fault = await koffiFault();
  if (fault === undefined) return true;
  console.error(`koffi-vulkan: koffi, which calls native code, cannot be loaded: ${fault}`);
  process.exitCode = 1;
  return false;
}
