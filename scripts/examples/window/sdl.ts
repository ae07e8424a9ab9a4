// SDL 2 as far as a Vulkan window needs it, declared through koffi.
import { loadLibrary, type Size, type Window } from './window.ts';

const NAMES = { linux: 'libSDL2-2.0.so.0', darwin: 'libSDL2-2.0.0.dylib', win32: 'SDL2.dll' } as const;
const SDL_INIT_VIDEO = 0x20;
const SDL_WINDOWPOS_UNDEFINED = 0x1fff0000;
const SDL_WINDOW_RESIZABLE = 0x20;
const SDL_WINDOW_VULKAN = 0x10000000;
const SDL_QUIT = 0x100;
const SIZE_OF_SDL_EVENT = 56;

export function openSdlWindow(title: string, { width, height }: Size): Window {
  const lib = loadLibrary(NAMES);
  const SDL_Init = lib.func('int SDL_Init(uint32_t flags)');
  const SDL_Quit = lib.func('void SDL_Quit()');
  const SDL_GetError = lib.func('str SDL_GetError()');
  const SDL_CreateWindow = lib.func(
    'uintptr_t SDL_CreateWindow(str title, int x, int y, int w, int h, uint32_t flags)',
  );
  const SDL_DestroyWindow = lib.func('void SDL_DestroyWindow(uintptr_t window)');
  const SDL_SetWindowSize = lib.func('void SDL_SetWindowSize(uintptr_t window, int w, int h)');
  const SDL_PollEvent = lib.func('int SDL_PollEvent(void *event)');
  const SDL_Vulkan_GetDrawableSize = lib.func(
    'void SDL_Vulkan_GetDrawableSize(uintptr_t window, _Out_ int *w, _Out_ int *h)',
  );
  const SDL_Vulkan_GetInstanceExtensions = lib.func(
    'int SDL_Vulkan_GetInstanceExtensions(uintptr_t window, _Inout_ uint *count, _Out_ const char **names)',
  );
  const SDL_Vulkan_CreateSurface = lib.func(
    'int SDL_Vulkan_CreateSurface(uintptr_t window, uintptr_t instance, _Out_ uint64_t *surface)',
  );

  if (SDL_Init(SDL_INIT_VIDEO) !== 0) throw new Error(`SDL_Init: ${SDL_GetError()}`);
  const [anywhere, flags] = [SDL_WINDOWPOS_UNDEFINED, SDL_WINDOW_VULKAN | SDL_WINDOW_RESIZABLE];
  const window = SDL_CreateWindow(title, anywhere, anywhere, width, height, flags);
  const count = [0];
  if (Number(window) === 0 || SDL_Vulkan_GetInstanceExtensions(window, count, null) === 0) {
    const reason = SDL_GetError();
    SDL_Quit();
    throw new Error(`SDL has no window that Vulkan can draw into: ${reason}`);
  }
  const extensions: string[] = new Array(count[0]).fill('');
  SDL_Vulkan_GetInstanceExtensions(window, count, extensions);
  const event = new Uint32Array(SIZE_OF_SDL_EVENT / 4);
  return {
    extensions,
    createSurface(instance) {
      const surface = [0n];
      if (SDL_Vulkan_CreateSurface(window, instance.handle, surface) === 0)
        throw new Error(`SDL_Vulkan_CreateSurface: ${SDL_GetError()}`);
      return instance.adopt('VkSurfaceKHR', BigInt(surface[0]));
    },
    size() {
      const [w, h] = [[0], [0]];
      SDL_Vulkan_GetDrawableSize(window, w, h);
      return { width: w[0], height: h[0] };
    },
    resize: size => SDL_SetWindowSize(window, size.width, size.height),
    poll() {
      let open = true;
      while (SDL_PollEvent(event) !== 0) open &&= event[0] !== SDL_QUIT;
      return open;
    },
    close() {
      SDL_DestroyWindow(window);
      SDL_Quit();
    },
  };
}
