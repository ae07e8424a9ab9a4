// The lock file, which says what registry ffi/ was generated from.
import { existsSync, readFileSync } from 'node:fs';
import type { Sources } from './read.ts';

export const LOCK = 'scripts/registry.lock';
const PATH = new URL(`../../${LOCK}`, import.meta.url);

export function lockText(sources: Sources, version: string): string {
  const files = [...sources.files, ...(sources.validUsage ? [sources.validUsage] : [])];
  const lines = files.map(file => `${file.name} sha256 ${file.sha256}\n`);
  return `version ${version}\n${lines.join('')}`;
}

export const readLock = (): string => (existsSync(PATH) ? readFileSync(PATH, 'utf8') : '');
