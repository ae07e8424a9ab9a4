// Checks handles that are passed as uint64_t with their object type: debug names and tags, private data, debug reports.

import { hexOf } from '../errors/describe.ts';
import { belongsToDevice } from '../handles/handle-type.ts';
import { ArgumentError, under } from '../native/argument-error.ts';
import type { NativeArguments } from '../native/koffi.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member, StructRow } from '../registry/rows.ts';
import type { Encode } from './argument-encoders.ts';
import type { Call } from './call.ts';
import { scalarCodec } from './scalar.ts';

/** The rule on each, with whether it allows null, and whether the object must belong to the device. */
export const objectRules: Readonly<
  Record<string, { vuid: string; orNull?: true; ofDevice?: true } | undefined>
> = {
  VkDebugUtilsObjectNameInfoEXT: {
    vuid: 'VUID-VkDebugUtilsObjectNameInfoEXT-objectType-02590',
    orNull: true,
  },
  VkDebugUtilsObjectTagInfoEXT: { vuid: 'VUID-VkDebugUtilsObjectTagInfoEXT-objectHandle-01910' },
  VkDebugMarkerObjectNameInfoEXT: { vuid: 'VUID-VkDebugMarkerObjectNameInfoEXT-object-01492' },
  VkDebugMarkerObjectTagInfoEXT: { vuid: 'VUID-VkDebugMarkerObjectTagInfoEXT-object-01495' },
  vkDebugReportMessageEXT: { vuid: 'VUID-vkDebugReportMessageEXT-objectType-01498', orNull: true },
  vkSetPrivateData: { vuid: 'VUID-vkSetPrivateData-objectHandle-04017', ofDevice: true },
  vkGetPrivateData: { vuid: 'VUID-vkGetPrivateData-objectHandle-09498', ofDevice: true },
};

/** Throws unless an object of the type has this handle. */
function checkObjectHandle(
  call: Call,
  owner: string,
  types: string,
  objectType: number,
  handle: bigint,
): void {
  const { vuid, orNull, ofDevice } = objectRules[owner]!;
  if (handle === 0n && orNull) return;
  const { scope } = call;
  // Nothing is known about handles outside instances, where a driver written with this library names its own objects.
  if (scope.owner === 'process') return;
  const type = handleTypes(types).get(objectType);
  const belongs = type !== undefined && (!ofDevice || belongsToDevice(type));
  if (belongs && scope.includes(type, handle)) return;
  const given = handle === 0n ? 'VK_NULL_HANDLE' : `${hexOf(handle)} (destroyed, another's, or no handle)`;
  const message = belongs
    ? `expected a live ${type} of this ${scope.owner}, got ${given}`
    : `expected a handle of ${ofDevice ? "the device's objects" : 'an object'}, got one of object type ${objectType}`;
  throw new ArgumentError('range', message).withVuid(vuid);
}

/** The encoder of such a handle in a struct; the object type comes before it. */
export function objectHandleEncoder(m: Member, owner: StructRow): Encode {
  const codec = scalarCodec(registry.fact(m.base))!;
  const types = owner.members.find(other => other.name === m.objectType)!.base;
  return (call, chunk, at, value, objectType = 0) => {
    const handle = codec.check(value);
    checkObjectHandle(call, owner.name, types, objectType as number, BigInt(handle));
    codec.write(chunk, at, handle);
  };
}

/** The check of such a handle among a command's parameters; undefined if it has none. */
export function objectArgumentCheck(
  row: CommandRow,
): ((call: Call, values: Readonly<NativeArguments>) => void) | undefined {
  const index = row.params.findIndex(p => p.objectType !== '');
  if (index < 0) return undefined;
  const { name, objectType } = row.params[index];
  const typeIndex = row.params.findIndex(p => p.name === objectType);
  return (call, values) => {
    try {
      checkObjectHandle(
        call,
        row.canonicalName,
        row.params[typeIndex].base,
        Number(values[typeIndex]),
        BigInt(values[index]),
      );
    } catch (error) {
      throw under(error, `${row.name}.${name}`);
    }
  };
}

/** Handle types by the values of VkObjectType, or of VkDebugReportObjectTypeEXT, which has the same names. */
export const handleTypes = memoize((types: string): ReadonlyMap<number, string> => {
  const objectTypes = registry.tables.enums('VkObjectType')!;
  const handles = new Map(
    registry.tables.handles.names().flatMap(name => {
      const fact = registry.fact(name);
      return fact.kind === 'handle' ? [[fact.row.objectType, fact.row.name] as const] : [];
    }),
  );
  return new Map(
    Object.entries(registry.tables.enums(types)!).flatMap(([name, value]) => {
      const type = handles.get(Number(objectTypes[name]));
      return type === undefined ? [] : [[Number(value), type] as const];
    }),
  );
});
