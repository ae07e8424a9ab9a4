// Whether koffi can be loaded, asked before anything loads it: its binary may be missing, or Node may forbid addons.
import { createRequire } from 'node:module';

/** Why it cannot be loaded; undefined if it can. */
export function koffiFault(): string | undefined {
  try {
    // As the built package does: an import would load a second copy of its JavaScript.
    createRequire(import.meta.url)('koffi');
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** Whether it can be loaded; if not, it prints one sentence to stderr and sets exit code 1. */
export function needKoffi(): boolean {
  const fault = koffiFault();
  if (fault === undefined) return true;
  console.error(`koffi-vulkan: koffi, which calls native code, cannot be loaded: ${fault}`);
  process.exitCode = 1;
  return false;
}
