// The window of a program: GLFW's where the system has GLFW, else SDL's.
import { openGlfwWindow } from './glfw.ts';
import { openSdlWindow } from './sdl.ts';
import type { Size, Window } from './window.ts';

const LIBRARIES = { glfw: openGlfwWindow, sdl: openSdlWindow };

/** @param library `glfw` or `sdl`; the first that opens one where it is left out */
export function openWindow(title: string, size: Size, library?: string): Window {
  const reasons: string[] = [];
  for (const [name, open] of Object.entries(LIBRARIES)) {
    if (library !== undefined && library !== name) continue;
    try {
      return open(title, size);
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new Error(`no window: ${reasons.join('; ') || `expected glfw or sdl, got ${library}`}`);
}
