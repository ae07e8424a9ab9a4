// In: nothing.
// Out: whether koffi can be loaded here; where it cannot, one sentence on stderr and exit code 1.

/** Before what imports it statically: its binary may be missing, or Node may forbid addons (`--permission`). */
export async function needKoffi(): Promise<boolean> {
  try {
    await import('koffi');
    return true;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    console.error(`koffi-vulkan: koffi, which calls native code, cannot be loaded: ${reason}`);
    process.exitCode = 1;
    return false;
  }
}
