// In: the registry that was read, and the lock that a former run wrote.
// Out: scripts/registry.lock: which registry ffi/ was generated from.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Sources } from './read.ts';

const PATH = new URL('../registry.lock', import.meta.url);

export function lockText(sources: Sources, version: string): string {
  const files = [...sources.files, ...(sources.validUsage ? [sources.validUsage] : [])];
  const lines = files.map(file => `${file.name} sha256 ${file.sha256}\n`);
  return `version ${version}\n${lines.join('')}`;
}

export const readLock = (): string => (existsSync(PATH) ? readFileSync(PATH, 'utf8') : '');

export const writeLock = (text: string): void => writeFileSync(PATH, text);
