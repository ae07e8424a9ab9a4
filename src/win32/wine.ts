// Detects Wine, whose driver answers queries about memory types differently.
import { userCall } from '../errors/user-call.ts';
import { callable, prototype } from '../native/koffi.ts';
import { exportedBy } from '../native/windows-dll.ts';

let version: string | null | undefined;

/** Wine's version, such as `'8.0'`; undefined on Windows itself and on other systems. */
export const wineVersion = userCall(function wineVersion(): string | undefined {
  if (process.platform !== 'win32') return undefined;
  if (version === undefined) {
    const address = exportedBy('ntdll.dll', 'wine_get_version');
    const ask = address && (callable(address, prototype('str', [])) as unknown as () => string);
    version = ask ? ask() : null;
  }
  return version ?? undefined;
});
