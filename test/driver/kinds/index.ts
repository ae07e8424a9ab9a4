// Lists the cases of all kinds.
import { arrays } from './arrays.ts';
import type { Case } from './bench.ts';
import { chains } from './chains.ts';
import { judging } from './judge.ts';
import { levels } from './levels.ts';
import { lifetimes } from './lifetimes.ts';
import { numbers } from './numbers.ts';
import { outputs } from './outputs.ts';
import { sizes } from './sizes.ts';

export const KINDS: readonly Case[] = [
  ...judging,
  ...levels,
  ...arrays,
  ...sizes,
  ...chains,
  ...outputs,
  ...numbers,
  ...lifetimes,
];
