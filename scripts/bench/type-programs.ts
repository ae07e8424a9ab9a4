// Two programs of ten lines each, on our package and on koffi alone, and the settings that they are compiled with.
export const typePrograms: Readonly<Record<string, string>> = {
  'ours.ts': `import { loadVulkan, VkExternalMemoryHandleTypeFlagBits, type VkMemoryWin32HandlePropertiesKHR } from 'koffi-vulkan';

export function ask(handle: bigint): VkMemoryWin32HandlePropertiesKHR {
  const instance = loadVulkan().createInstance({});
  const [gpu] = instance.enumeratePhysicalDevices();
  const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
  return device.getMemoryWin32HandlePropertiesKHR(VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE, handle);
}
console.log(typeof ask);
`,
  'koffi.ts': `import * as koffi from 'koffi';

export function ask(device: bigint, handle: bigint): number {
  const vulkan = koffi.load('libvulkan.so.1');
  const query = vulkan.func('vkGetMemoryWin32HandlePropertiesKHR', 'int', ['uintptr_t', 'int', 'uintptr_t', 'void *']);
  const out = new Uint32Array(6);
  if (query(device, 8, handle, out) !== 0) throw new Error('vkGetMemoryWin32HandlePropertiesKHR');
  return out[4];
}
console.log(typeof ask);
`,
  // Must not compile: what is measured is types, not \`any\`.
  'wrong.ts': `import { loadVulkan } from 'koffi-vulkan';
loadVulkan().createInstance({ pApplicationInfo: { apiVersion: 'one' } });
`,
};

/** The text of a tsconfig.json as modern packages have it, or for ts-node, which compiles to CommonJS. */
export const typeSettings = (file: string, module: 'nodenext' | 'commonjs'): string =>
  JSON.stringify({
    compilerOptions: {
      target: 'es2023',
      module,
      ...(module === 'commonjs' ? { moduleResolution: 'node10' } : {}),
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    },
    files: [file],
  });
