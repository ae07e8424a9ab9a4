// A window of whichever library the system has: GLFW or SDL.
import koffi from 'koffi';
import type { Instance, VkSurfaceKHR } from '../../../src/index.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A window that Vulkan can draw into. */
export interface Window {
  /** Instance extensions that its surface needs. */
  readonly extensions: readonly string[];
  /** A surface for it, the caller's to destroy before the window closes. */
  createSurface(instance: Instance): VkSurfaceKHR;
  /** Of what is drawn; 0 while it is minimized. */
  size(): Size;
  resize(size: Size): void;
  /** Handles the system's events. @returns false once the user has closed it */
  poll(): boolean;
  close(): void;
}

/** Opens the library under the first of its names that the system finds. */
export function loadLibrary(
  names: Readonly<Partial<Record<NodeJS.Platform, string>>>,
): ReturnType<typeof koffi.load> {
  const name = names[process.platform];
  if (name === undefined) throw new Error(`no library is known for ${process.platform}`);
  return koffi.load(name);
}
