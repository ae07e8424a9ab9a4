// GLFW 3 as far as a Vulkan window needs it, declared through koffi.
import koffi from 'koffi';
import { loadLibrary, type Size, type Window } from './window.ts';

const NAMES = { linux: 'libglfw.so.3', darwin: 'libglfw.3.dylib', win32: 'glfw3.dll' } as const;
const [GLFW_CLIENT_API, GLFW_NO_API] = [0x22001, 0];

export function openGlfwWindow(title: string, { width, height }: Size): Window {
  const lib = loadLibrary(NAMES);
  const glfwInit = lib.func('int glfwInit()');
  const glfwTerminate = lib.func('void glfwTerminate()');
  const glfwWindowHint = lib.func('void glfwWindowHint(int hint, int value)');
  const glfwCreateWindow = lib.func(
    'uintptr_t glfwCreateWindow(int w, int h, str title, void *monitor, void *share)',
  );
  const glfwDestroyWindow = lib.func('void glfwDestroyWindow(uintptr_t window)');
  const glfwSetWindowSize = lib.func('void glfwSetWindowSize(uintptr_t window, int width, int height)');
  const glfwGetFramebufferSize = lib.func(
    'void glfwGetFramebufferSize(uintptr_t window, _Out_ int *w, _Out_ int *h)',
  );
  const glfwPollEvents = lib.func('void glfwPollEvents()');
  const glfwWindowShouldClose = lib.func('int glfwWindowShouldClose(uintptr_t window)');
  const glfwGetRequiredInstanceExtensions = lib.func(
    'void *glfwGetRequiredInstanceExtensions(_Out_ uint32_t *count)',
  );
  const glfwCreateWindowSurface = lib.func(
    'int glfwCreateWindowSurface(uintptr_t instance, uintptr_t window, void *allocator, _Out_ uint64_t *surface)',
  );

  if (glfwInit() === 0) throw new Error('glfwInit failed: is there a display?');
  glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
  const window = glfwCreateWindow(width, height, title, null, null);
  const count = [0];
  const names = glfwGetRequiredInstanceExtensions(count);
  if (Number(window) === 0 || names === null) {
    glfwTerminate();
    throw new Error('GLFW has no window that Vulkan can draw into');
  }
  return {
    extensions: koffi.decode(names, 'str', count[0]),
    createSurface(instance) {
      const surface = [0n];
      const result = glfwCreateWindowSurface(instance.handle, window, null, surface);
      if (result !== 0) throw new Error(`glfwCreateWindowSurface answered ${result}`);
      return instance.adopt('VkSurfaceKHR', BigInt(surface[0]));
    },
    size() {
      const [w, h] = [[0], [0]];
      glfwGetFramebufferSize(window, w, h);
      return { width: w[0], height: h[0] };
    },
    resize: size => glfwSetWindowSize(window, size.width, size.height),
    poll() {
      glfwPollEvents();
      return glfwWindowShouldClose(window) === 0;
    },
    close() {
      glfwDestroyWindow(window);
      glfwTerminate();
    },
  };
}
