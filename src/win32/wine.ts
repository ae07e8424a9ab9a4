// Detects Wine, whose driver answers queries about memory types differently.
import { userCall } from '../errors/user-call.ts';
import { callable, prototype } from '../native/koffi.ts';
import { exportedBy } from '../native/windows-dll.ts';
import { memoize } from '../registry/memoize.ts';

const askNtdll = memoize((): string | undefined => {
  const address = exportedBy('ntdll.dll', 'wine_get_version');
  if (address === undefined) return undefined;
  return (callable(address, prototype('str', [])) as unknown as () => string)();
});

/** Wine's version, such as `'8.0'`; undefined on Windows itself and on other systems. */
export const wineVersion = userCall(function wineVersion(): string | undefined {
  return process.platform === 'win32' ? askNtdll() : undefined;
});
