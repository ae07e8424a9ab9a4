// The library in one file, so that a program can have it twice.
export { createEmbeddedDriver } from '../../src/embedded/index.ts';
export * from '../../src/index.ts';
