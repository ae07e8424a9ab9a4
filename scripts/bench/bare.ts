// Declares functions as a program does that uses only koffi: with addresses and numbers, or with koffi's struct objects.
import koffi from 'koffi';
import { argumentTypes, resultType } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { freshName, parameterTypes } from './koffi-types.ts';

export type BareFunction = (...args: (number | bigint | string)[]) => number;

// biome-ignore lint/suspicious/noExplicitAny: structs go in as objects.
export type ObjectFunction = (...args: any[]) => number;

/** A function at an address; 64-bit arguments may be given as number or bigint. */
export const bare = (address: bigint, result: string, args: readonly string[]): BareFunction =>
  koffi.decode(address, koffi.proto('__stdcall', freshName(), result, [...args]));

/** A Vulkan command at an address, with the types that C has, all pointers as addresses. */
export function bareCommand(address: bigint, name: string): BareFunction {
  const row = registry.command(name);
  return bare(address, resultType(row), argumentTypes(row));
}

/** The same command, which takes koffi's struct objects in place of addresses of structs. */
export function objectCommand(address: bigint, name: string): ObjectFunction {
  const row = registry.command(name);
  return koffi.decode(
    address,
    koffi.proto('__stdcall', freshName(), resultType(row), parameterTypes(row.params)),
  );
}
