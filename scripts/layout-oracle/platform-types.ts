// C for each type that vk.xml names and a platform's header defines, with the same layout. This is the one part of
// the C source that is written by hand.

/** What a compiler knows by itself, spelled without any system header: cross compilers come without one. */
export const BASIC_TYPES: Record<string, string> = {
  void: '',
  char: '',
  int: '',
  float: '',
  double: '',
  int8_t: 'typedef __INT8_TYPE__ int8_t;',
  uint8_t: 'typedef __UINT8_TYPE__ uint8_t;',
  int16_t: 'typedef __INT16_TYPE__ int16_t;',
  uint16_t: 'typedef __UINT16_TYPE__ uint16_t;',
  int32_t: 'typedef __INT32_TYPE__ int32_t;',
  uint32_t: 'typedef __UINT32_TYPE__ uint32_t;',
  int64_t: 'typedef __INT64_TYPE__ int64_t;',
  uint64_t: 'typedef __UINT64_TYPE__ uint64_t;',
  size_t: 'typedef __SIZE_TYPE__ size_t;',
};

/** Used by value and as wide as the ABI's `long`: 8 bytes on Linux and macOS, 4 on Windows. */
const LONG_TYPES = ['Window', 'VisualID', 'RROutput'];

const opaque = (name: string) => `typedef struct ${name} ${name};`;
const pointer = (name: string) => `typedef void *${name};`;

export const PLATFORM_TYPEDEFS: Record<string, string> = {
  // X11: XID is `unsigned long` (X.h), RROutput is an XID (randr.h).
  ...Object.fromEntries(LONG_TYPES.map(name => [name, `typedef unsigned long ${name};`])),
  Display: opaque('Display'),
  // XCB: ids are 32 bits wide everywhere (xproto.h).
  xcb_connection_t: opaque('xcb_connection_t'),
  xcb_visualid_t: 'typedef uint32_t xcb_visualid_t;',
  xcb_window_t: 'typedef uint32_t xcb_window_t;',
  // vk.xml writes `struct` before these itself.
  wl_display: 'struct wl_display;',
  wl_surface: 'struct wl_surface;',
  ubm_device: 'struct ubm_device;',
  ubm_surface: 'struct ubm_surface;',
  _screen_context: 'struct _screen_context;',
  _screen_window: 'struct _screen_window;',
  _screen_buffer: 'struct _screen_buffer;',
  // Win32, where DWORD is `unsigned long` and that is 32 bits; so it is to everyone else.
  HINSTANCE: pointer('HINSTANCE'),
  HWND: pointer('HWND'),
  HMONITOR: pointer('HMONITOR'),
  HANDLE: pointer('HANDLE'),
  DWORD: 'typedef uint32_t DWORD;',
  LPCWSTR: 'typedef const uint16_t *LPCWSTR;',
  SECURITY_ATTRIBUTES: opaque('SECURITY_ATTRIBUTES'),
  IDirectFB: opaque('IDirectFB'),
  IDirectFBSurface: opaque('IDirectFBSurface'),
  // Fuchsia (zircon/types.h) and Stadia (ggp_c/vulkan_types.h).
  zx_handle_t: 'typedef uint32_t zx_handle_t;',
  GgpStreamDescriptor: 'typedef uint32_t GgpStreamDescriptor;',
  GgpFrameToken: 'typedef uint64_t GgpFrameToken;',
  // NvSci: pointers, and a fence of six 64-bit words (nvscisync.h).
  NvSciSyncAttrList: pointer('NvSciSyncAttrList'),
  NvSciSyncObj: pointer('NvSciSyncObj'),
  NvSciSyncFence: 'typedef struct { uint64_t payload[6]; } NvSciSyncFence;',
  NvSciBufAttrList: pointer('NvSciBufAttrList'),
  NvSciBufObj: pointer('NvSciBufObj'),
};
