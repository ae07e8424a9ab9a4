// The names of HRESULTs.

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00000000, 'S_OK'],
  [0x00000001, 'S_FALSE'],
  [0x00000080, 'WAIT_ABANDONED'],
  [0x00000102, 'WAIT_TIMEOUT'],
  [0x80004001, 'E_NOTIMPL'],
  [0x80004002, 'E_NOINTERFACE'],
  [0x80004003, 'E_POINTER'],
  [0x80004005, 'E_FAIL'],
  [0x8000ffff, 'E_UNEXPECTED'],
  [0x80070005, 'E_ACCESSDENIED'],
  [0x80070006, 'E_HANDLE'],
  [0x8007000e, 'E_OUTOFMEMORY'],
  [0x80070057, 'E_INVALIDARG'],
  [0x887a0001, 'DXGI_ERROR_INVALID_CALL'],
  [0x887a0002, 'DXGI_ERROR_NOT_FOUND'],
  [0x887a0004, 'DXGI_ERROR_UNSUPPORTED'],
  [0x887a0005, 'DXGI_ERROR_DEVICE_REMOVED'],
  [0x887a0006, 'DXGI_ERROR_DEVICE_HUNG'],
  [0x887a0007, 'DXGI_ERROR_DEVICE_RESET'],
  [0x887a000a, 'DXGI_ERROR_WAS_STILL_DRAWING'],
  [0x887a0020, 'DXGI_ERROR_DRIVER_INTERNAL_ERROR'],
  [0x887a0026, 'DXGI_ERROR_ACCESS_LOST'],
  [0x887a002b, 'DXGI_ERROR_ACCESS_DENIED'],
  [0x887a002d, 'DXGI_ERROR_SDK_COMPONENT_MISSING'],
  [0x887c0001, 'D3D11_ERROR_TOO_MANY_UNIQUE_STATE_OBJECTS'],
]);

/** For messages: `E_NOTIMPL (0x80004001)`. */
export function hresultText(hresult: number): string {
  const code = hresult >>> 0;
  const number = `0x${code.toString(16).padStart(8, '0')}`;
  const name = NAMES.get(code);
  return name === undefined ? number : `${name} (${number})`;
}

export const hresultName = (hresult: number): string => NAMES.get(hresult >>> 0) ?? hresultText(hresult);
