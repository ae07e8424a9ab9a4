// Declares koffi's own types for structs and parameters, as a program does that lets koffi convert them.
import koffi from 'koffi';
import { registry } from '../../src/registry/registry.ts';
import type { Member } from '../../src/registry/rows.ts';

type KoffiType = ReturnType<typeof koffi.struct>;

/** Several copies of this file may be loaded, see checks.ts. */
const own = Math.random().toString(36).slice(2);
let named = 0;

/** A new name at each call, since koffi's type names are global. */
export const freshName = (): string => `bench_${own}_${named++}`;

const made = new Map<string, KoffiType>();

export function koffiType(name: string): KoffiType {
  let type = made.get(name);
  if (type === undefined) {
    const members = registry.struct(name).members.map(m => [m.name, memberType(m)]);
    type = koffi.struct(freshName(), Object.fromEntries(members));
    made.set(name, type);
  }
  return type;
}

/** Parameters that C writes to are `inout`, so that koffi reads them back into the object that was passed. */
export const parameterTypes = (params: readonly Member[]): Parameters<typeof koffi.out>[0][] =>
  params.map(p => {
    const type = memberType(p);
    return p.pointers === '&' && isStruct(p) ? koffi.inout(type) : type;
  });

const isStruct = (m: Member): boolean => m.base !== 'void' && registry.fact(m.base).kind === 'struct';

function memberType(m: Member): KoffiType {
  if (m.pointers !== '')
    return m.pointers.length === 1 && isStruct(m) ? koffi.pointer(koffiType(m.base)) : koffi.type('void *');
  const fact = registry.fact(m.base);
  const base = (): KoffiType => {
    switch (fact.kind) {
      case 'struct':
        return koffiType(m.base);
      case 'handle':
        return koffi.type(fact.row.dispatchable ? 'void *' : 'uint64_t');
      case 'HANDLE':
      case 'wide string':
      case 'address':
      case 'callback':
        return koffi.type('void *');
      case 'bool':
        return koffi.type('uint32_t');
      case 'enum':
        return koffi.type(fact.wide ? 'uint64_t' : 'int32_t');
      case 'flags':
        return koffi.type(fact.wide ? 'uint64_t' : 'uint32_t');
      case 'scalar':
        return koffi.type(fact.c);
      default:
        throw new Error(`${m.base} ${m.name}: the bench has no type of koffi's for it`);
    }
  };
  const hint = m.base === 'char' ? 'String' : m.base === 'uint8_t' ? 'Typed' : 'Array';
  return m.extents.reduceRight((type, extent) => koffi.array(type, extent, hint), base());
}
