// What the types of platforms' headers are in C, which the registry uses without defining them.

/** The primitive types of C. */
export const PRIMITIVES = new Set([
  ...['void', 'char', 'float', 'double', 'size_t', 'int'],
  ...['int8_t', 'uint8_t', 'int16_t', 'uint16_t', 'int32_t', 'uint32_t', 'int64_t', 'uint64_t'],
]);

/**
 * `void` is an opaque struct, used only behind a pointer; `HANDLE` is a pointer-sized Windows handle, `wchar` a UTF-16
 * unit, `ulong` C's `unsigned long` (X11 identifiers: 8 bytes on 64-bit Unix, 4 on Windows).
 */
export const PLATFORM_TYPES: Record<string, string> = {
  Display: 'void',
  VisualID: 'ulong',
  Window: 'ulong',
  RROutput: 'ulong',
  wl_display: 'void',
  wl_surface: 'void',
  ubm_device: 'void',
  ubm_surface: 'void',
  HINSTANCE: 'HANDLE',
  HWND: 'HANDLE',
  HMONITOR: 'HANDLE',
  HANDLE: 'HANDLE',
  SECURITY_ATTRIBUTES: 'void',
  DWORD: 'uint32_t',
  LPCWSTR: 'wchar*',
  xcb_connection_t: 'void',
  xcb_visualid_t: 'uint32_t',
  xcb_window_t: 'uint32_t',
  IDirectFB: 'void',
  IDirectFBSurface: 'void',
  zx_handle_t: 'uint32_t',
  GgpStreamDescriptor: 'uint32_t',
  GgpFrameToken: 'uint64_t',
  _screen_context: 'void',
  _screen_window: 'void',
  _screen_buffer: 'void',
  NvSciSyncAttrList: 'void*',
  NvSciSyncObj: 'void*',
  NvSciSyncFence: 'void',
  NvSciBufAttrList: 'void*',
  NvSciBufObj: 'void*',
};
