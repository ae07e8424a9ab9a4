// A handle that is passed as uint64_t beside an object type must belong to a live object of that type.
import { expect } from 'chai';
import { Scope } from '../../src/handles/scope.ts';
import { VkDebugReportObjectTypeEXT, VkObjectType } from '../../src/index.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type Member, type StructRow } from '../../src/registry/rows.ts';
import { encoded } from './encoded.ts';

const STRUCTS = registry.tables.structs
  .entries()
  .filter(([name, text]) => aliasOf(text) === undefined && !registry.struct(name).returnedOnly)
  .map(([name]) => registry.struct(name));
const COMMANDS = registry.tables.commands
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.command(name));
const OWNERS = [
  ...STRUCTS.map(row => ({ name: row.name, members: row.members })),
  ...COMMANDS.map(row => ({ name: row.name, members: row.params })),
];
const MEMBERS = OWNERS.flatMap(({ name, members }) =>
  members.flatMap(m => (m.objectType === '' ? [] : [{ name, m, members }])),
);
const TYPES = new Map(
  registry.tables.handles.names().flatMap(name => {
    const fact = registry.fact(name);
    return fact.kind === 'handle' ? [[fact.row.objectType, fact.row.name] as const] : [];
  }),
);

describe('handles with an object type', () => {
  const instance = new Scope('VkInstance', new Scope('process'), 0x10n);
  const scope = new Scope('VkDevice', instance, 0x20n);

  it(`${MEMBERS.length} members and parameters of the registry, each behind its object type`, () => {
    expect(MEMBERS).to.have.length(7);
    for (const { name, m, members } of MEMBERS) {
      const type = members.findIndex(other => other.name === m.objectType);
      expect(type, name).to.be.within(0, members.indexOf(m as Member));
    }
  });

  const structs = STRUCTS.filter(row => row.members.some(m => m.objectType !== ''));
  for (const row of structs)
    it(`${row.name}: of ${TYPES.size} types of handles, what lives is taken and what does not is refused`, () => {
      const plan = planOf(row);
      const types =
        row.members.find(m => m.name === 'objectType')!.base === 'VkObjectType'
          ? VkObjectType
          : VkDebugReportObjectTypeEXT;
      const member = row.members.find(m => m.objectType !== '')!.name;
      const rest = row.name.includes('Tag') ? { pTag: Uint8Array.of(1) } : { pObjectName: 'n' };
      for (const encode of [interpretStruct(plan), compileStruct(plan, compiledEncoder)])
        for (const [name, objectType] of Object.entries(types)) {
          const type = TYPES.get(VkObjectType[name as keyof typeof VkObjectType]);
          if (type === undefined) continue;
          const tell = (handle: bigint | number) =>
            encoded(encode, row, scope, { objectType, [member]: handle, ...rest });
          const live = type === 'VkInstance' ? 0x10n : type === 'VkDevice' ? 0x20n : 0x30n;
          if (live === 0x30n) scope.add(type, live, false);
          expect(tell(live), `${name} live`).not.to.match(/Error/);
          expect(tell(Number(live)), `${name} live, as a number`).not.to.match(/Error/);
          expect(tell(0x1234n), `${name} forged`).to.match(
            new RegExp(
              `^ValidUsageError: ${row.name}\\.${member}: expected a live ${type} .* got 0x1234 .*VUID-${row.name}-`,
            ),
          );
          if (live === 0x30n) scope.remove(type, live);
          if (live === 0x30n) expect(tell(live), `${name} destroyed`).to.match(/^ValidUsageError/);
        }
    });

  it('an instance knows the handles of its devices, and no other instance does', () => {
    const row = registry.struct('VkDebugUtilsObjectNameInfoEXT') as StructRow;
    const encode = interpretStruct(planOf(row));
    scope.add('VkBuffer', 0x40n, true);
    const value = { objectType: VkObjectType.BUFFER, objectHandle: 0x40n };
    expect(encoded(encode, row, instance, value)).not.to.match(/Error/);
    expect(
      encoded(encode, row, instance, { objectType: VkObjectType.DEVICE, objectHandle: 0x20n }),
    ).not.to.match(/Error/);
    expect(encoded(encode, row, new Scope('VkInstance'), value)).to.match(/^ValidUsageError/);
  });

  it('an object type without handles is refused', () => {
    for (const row of structs) {
      const member = row.members.find(m => m.objectType !== '')!.name;
      const rest = row.name.includes('Tag') ? { pTag: Uint8Array.of(1) } : { pObjectName: 'n' };
      const told = encoded(interpretStruct(planOf(row)), row, scope, {
        objectType: 0,
        [member]: 0x40n,
        ...rest,
      });
      expect(told).to.match(
        /^ValidUsageError: \w+\.\w+: expected a handle of an object, got one of object type 0/,
      );
    }
  });
});
