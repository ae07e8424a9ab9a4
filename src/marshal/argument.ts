// Encodes a parameter's JavaScript value as a C argument; errors begin with `vkFoo.param`.

import { argumentErrorOf, expected } from '../native/argument-error.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import { isDeferral, mayBeOmitted } from '../registry/shape.ts';
import {
  type ArgumentEncoder,
  passCallback,
  passHandle,
  passLasting,
  passVulkanHandle,
  passWideString,
} from './argument-encoders.ts';
import { pointerEncoder } from './member.ts';
import { scalarCodec } from './scalar.ts';
import { expectation } from './struct-value.ts';

/** @returns the encoder; its `given` says whether the caller passed an argument, if only `undefined` */
export function argumentEncoder(
  p: Member,
  row: CommandRow,
): (...args: [...Parameters<ArgumentEncoder>, given?: boolean]) => ReturnType<ArgumentEncoder> {
  const { kind } = registry.fact(p.base);
  const pass = encoderOf(p, row.name);
  const optional = mayBeOmitted(p, row);
  const isNothing = (value: unknown) =>
    value === undefined ||
    value === null ||
    (value === 0n && kind === 'handle') ||
    (value === 0 && kind === 'enum');
  // A mistyped enumerator is undefined.
  const isNamed = p.pointers === '' && (kind === 'enum' || kind === 'flags');
  return (call, value, given) => {
    const isMistyped = isNamed && given === true && value === undefined;
    if (optional && isNothing(value) && !isMistyped) return 0;
    try {
      if (value === undefined || value === null) throw expected(expectation(p), value);
      return pass(call, value);
    } catch (error) {
      throw underArgument(error, p, row);
    }
  };
}

/** Begins the path of an error: `vkFoo.param`. */
export function underArgument(error: unknown, p: Member, row: CommandRow): unknown {
  const found = argumentErrorOf(error);
  const vuid = enumVuid(row, p);
  if (vuid !== undefined) found.mention(vuid);
  return found.under(`${row.name}.${p.name}`);
}

/** The rule that a parameter of an enum type is one of its values. */
export function enumVuid(row: CommandRow, p: Member): string | undefined {
  if (registry.fact(p.base).kind !== 'enum' || p.noautovalidity) return undefined;
  return `VUID-${row.canonicalName}-${p.name}-parameter`;
}

function encoderOf(p: Member, command: string): ArgumentEncoder {
  const fact = registry.fact(p.base);
  if (p.pointers !== '') return pointerEncoder(p, command);
  const codec = scalarCodec(fact);
  if (codec !== undefined) return (_call, value) => codec.check(value);
  switch (fact.kind) {
    case 'handle': {
      const { name } = fact.row;
      if (isDeferral(p))
        return (_call, value) => {
          throw expected(
            'nothing, since arguments and results would have to outlive the call (use the promise form in `device.async`)',
            value,
          );
        };
      return (call, value) => passVulkanHandle(call, name, value);
    }
    case 'HANDLE':
      return (_call, value) => passHandle(value);
    case 'address':
      return passLasting;
    case 'wide string':
      return passWideString;
    case 'callback':
      return (call, value) => passCallback(call, fact.row, value);
    default:
      throw new Error(`${p.base} ${p.name}: no struct goes by value in Vulkan`);
  }
}
