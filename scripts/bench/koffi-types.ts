// koffi's own types for structs, as a program would declare them that lets koffi convert.
import koffi from 'koffi';
import { registry } from '../../src/registry/registry.ts';
import type { Member } from '../../src/registry/rows.ts';
import { freshName } from './bare.ts';

type KoffiType = ReturnType<typeof koffi.struct>;

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

function memberType(m: Member): KoffiType {
  if (m.pointers !== '') return koffi.type('void *');
  const fact = registry.fact(m.base);
  const base = (): KoffiType => {
    switch (fact.kind) {
      case 'struct':
        return koffiType(m.base);
      case 'bool':
        return koffi.type('uint32_t');
      case 'enum':
        return koffi.type('int32_t');
      case 'flags':
        return koffi.type(fact.wide ? 'uint64_t' : 'uint32_t');
      case 'scalar':
        return koffi.type(fact.c);
      default:
        throw new Error(`${m.base} ${m.name}: the bench decodes no such member with koffi`);
    }
  };
  const hint = m.base === 'char' ? 'String' : m.base === 'uint8_t' ? 'Typed' : 'Array';
  return m.extents.reduceRight((type, extent) => koffi.array(type, extent, hint), base());
}
