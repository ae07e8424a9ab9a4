// Types of structs as the driver receives them: all members present, handles and 64-bit integers as bigint.
import type { ChainedStructs } from '../../ffi/types/structs.ts';
import { registry } from '../registry/registry.ts';

type ReceivedValue<V> = [bigint] extends [V]
  ? bigint
  : V extends string
    ? string
    : V extends bigint | ArrayBufferView
      ? V
      : V extends readonly (infer E)[]
        ? readonly ReceivedValue<E>[]
        : V extends { readonly handle: bigint }
          ? bigint
          : V extends object
            ? Received<V>
            : V;

export type Received<T> = {
  readonly [K in keyof T as K extends 'pNext' ? never : K]-?: ReceivedValue<T[K]>;
} & { readonly pNext: readonly ChainLink[] };

export interface ChainLink {
  readonly sType: number;
}

/** The struct of that name in a chain, if there is one. */
export function structInChain<Name extends keyof ChainedStructs>(
  info: { readonly pNext: readonly ChainLink[] },
  name: Name,
): Received<ChainedStructs[Name]> | undefined {
  const { sType } = registry.struct(name);
  return info.pNext.find(link => link.sType === sType) as Received<ChainedStructs[Name]> | undefined;
}

/** A struct for an output chain, which is written if the caller's chain has one of its type. */
export const link = (name: string, members: object): object => ({
  ...members,
  sType: registry.struct(name).sType,
});
