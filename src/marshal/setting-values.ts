// Encodes the values of a layer setting, whose type another member gives.
import { isBytes, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ArgumentError, expected } from '../native/argument-error.ts';
import { elementLayout } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { Member } from '../registry/rows.ts';
import { type ArgumentEncoder, type Encode, passBytes } from './argument-encoders.ts';
import { writeAddress } from './scalar.ts';

/** The C type of a value by the name of the setting's type: `INT64`, `BOOL32`, `STRING`. */
function declaratorOf(name: string): Pick<Member, 'base' | 'pointers'> {
  const [, kind, bits] = /^([A-Z]+)(\d*)$/.exec(name) as RegExpExecArray;
  if (kind === 'STRING') return { base: 'char', pointers: '**' };
  if (kind === 'BOOL') return { base: 'VkBool32', pointers: '*' };
  if (kind === 'FLOAT') return { base: bits === '64' ? 'double' : 'float', pointers: '*' };
  return { base: `${kind.toLowerCase()}${bits}_t`, pointers: '*' };
}

/**
 * @param types the enum of the possible types
 * @param pointerEncoder creates the encoder of an array of one C type
 */
export function settingValuesEncoder(
  m: Member,
  types: string,
  pointerEncoder: (m: Member, owner: string) => ArgumentEncoder,
): Encode {
  const byType = new Map(
    Object.entries(registry.tables.enums(types)!).map(([name, value]) => {
      const values = { ...m, ...declaratorOf(name) };
      const isText = values.base === 'char';
      return [
        value,
        {
          values,
          isText,
          pass: pointerEncoder(values, 'VkLayerSettingEXT'),
          size: elementLayout({ ...values, pointers: '' }).size,
        },
      ];
    }),
  );
  return (call, chunk, at, given, type = 0) => {
    const found = byType.get(type as number);
    if (found === undefined) throw expected(`values of a known ${types}`, given);
    const { values, isText, pass, size } = found;
    if (isText || !isBytes(given)) {
      writeAddress(chunk, at, pass(call, given));
      return;
    }
    const length = sizeOf(given) / size;
    if (!Number.isInteger(length))
      throw new ArgumentError(
        'range',
        `expected whole ${values.base} (${size} bytes each), got ${describe(given)}`,
      );
    writeAddress(chunk, at, passBytes(call, given));
    call.length = length;
  };
}
