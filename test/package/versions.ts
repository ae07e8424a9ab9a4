// The versions of programs that the packed package is tried with, pinned so that the matrix does not change by itself.

/** Too old: what they read has to end in a sentence. */
export const NODE_12 = '12.22.12';
export const NODE_14 = '14.21.3';
export const NODE_18 = '18.20.8';
/** The oldest that `engines` allows, the first that strips types unasked, and the newest of the next two. */
export const NODE_20 = '20.19.0';
export const NODE_22 = '22.18.0';
export const NODE_24 = '24.21.0';
export const NODE_26 = '26.10.0';
/** Beside the one of this tree, which is 7. */
export const TYPESCRIPT_5 = '5.9.3';
export const TYPESCRIPT_6 = '6.0.3';
export const TS_NODE = '10.9.2';
export const BUN = '1.4.5';
export const DENO = '2.9.6';
export const PUBLINT = '0.3.25';
export const ARE_THE_TYPES_WRONG = '0.18.5';
export const ROLLDOWN = 'rolldown@1.3.2';
export const ROLLUP = 'rollup@4.68.8';
export const ROLLUP_COMMONJS = '@rollup/plugin-commonjs@29.0.3';
export const ROLLUP_NODE_RESOLVE = '@rollup/plugin-node-resolve@16.0.3';
export const ROLLUP_TERSER = '@rollup/plugin-terser@1.0.2';
export const VITE = 'vite@8.3.8';
export const WEBPACK = 'webpack@5.113.0';
export const OXC = 'oxc-minify@0.157.0';
export const SWC = '@swc/core@1.16.22';
export const TERSER = 'terser@5.51.4';
export const PNPM = '12.21.0';
export const YARN = '4.18.1';
export const JEST = '30.5.2';
export const VITEST = '5.1.1';
/** Whose types the Electron page is compiled against. */
export const ELECTRON = '41.7.1';
