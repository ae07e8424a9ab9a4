// The cases of all kinds.
import { arrays } from './arrays.ts';
import type { Case } from './bench.ts';
import { chains } from './chains.ts';
import { levels } from './levels.ts';
import { sizes } from './sizes.ts';

export const KINDS: readonly Case[] = [...levels, ...arrays, ...sizes, ...chains];
