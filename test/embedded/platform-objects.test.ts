// Pointers that must not be NULL, and pointers to another library's objects: empty bytes are NULL, and no bytes are a window.
import { expect } from 'chai';
import { RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { argumentEncoder } from '../../src/marshal/argument.ts';
import { Call } from '../../src/marshal/call.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { mayBeNull } from '../../src/marshal/member.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import { isPlatformObject } from '../../src/registry/platform-object.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type CommandRow, type Member, type StructRow } from '../../src/registry/rows.ts';
import { encoded } from './encoded.ts';

const STRUCTS = registry.tables.structs
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.struct(name))
  .filter(row => !row.returnedOnly);
const COMMANDS = registry.tables.commands
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.command(name));

/** Whether it is a pointer whose size is nowhere given and which must not be NULL. */
const isRequired = (m: Member) =>
  m.name !== 'pNext' &&
  m.pointers.length === 1 &&
  registry.fact(m.base).kind === 'opaque' &&
  (m.base !== 'void' || m.length.length === 0) &&
  !mayBeNull(m);
const isObject = (m: Member) => isPlatformObject(m, registry);

const EMPTY = [new SharedArrayBuffer(0), new Uint8Array(new SharedArrayBuffer(8), 4, 0)];

describe('pointers that must not be NULL, or that are to objects of other libraries', () => {
  const scope = new Scope('VkDevice', new Scope('VkInstance'));
  const values = new RandomValues(randomFrom(20_261_127), scope);

  const members = (has: (m: Member) => boolean) =>
    STRUCTS.flatMap(row => row.members.filter(has).map(m => ({ row, m })));
  const params = (has: (m: Member) => boolean) =>
    COMMANDS.flatMap(row => row.params.filter(has).map(p => ({ row, p })));

  /** What becomes of a struct with this member, compiled and interpreted. */
  function told(row: StructRow, m: Member, given: unknown): string {
    const value = { ...values.struct(row, 3), [m.name]: given };
    const plan = planOf(row);
    const interpreted = encoded(interpretStruct(plan), row, scope, value);
    if (canCompile())
      expect(encoded(compileStruct(plan, compiledEncoder), row, scope, value)).to.equal(interpreted);
    return interpreted;
  }

  function toldOf(row: CommandRow, p: Member, given: unknown): string {
    const call = Call.begin({ identity: { scope } } as never);
    try {
      return `passed ${argumentEncoder(p, row)(call, given)}`;
    } catch (error) {
      return error instanceof ArgumentError ? error.toError('').message : String(error);
    } finally {
      call.end();
    }
  }

  it('empty bytes, which C would get as NULL, are refused where NULL is', () => {
    const required = members(isRequired);
    expect(required.map(({ row, m }) => `${row.name}.${m.name}`)).to.include.members([
      'VkImportMemoryHostPointerInfoEXT.pHostPointer',
      'VkWaylandSurfaceCreateInfoKHR.display',
    ]);
    for (const { row, m } of required)
      for (const given of [0n, ...EMPTY, ...(isObject(m) ? [] : [null, undefined])])
        expect(told(row, m, given), row.name).to.match(new RegExp(`${row.name}\\.${m.name}: expected .*got`));
    const arguments_ = params(isRequired);
    expect(arguments_.map(({ row, p }) => `${row.name}.${p.name}`)).to.include(
      'vkGetMemoryHostPointerPropertiesEXT.pHostPointer',
    );
    for (const { row, p } of arguments_)
      for (const given of [0n, null, undefined, ...EMPTY, new Uint8Array(0)])
        expect(toldOf(row, p, given)).to.match(new RegExp(`${row.name}\\.${p.name}: expected .*got`));
  });

  it('an object of another library is given by its address, never by bytes', () => {
    const bytes = [new Uint8Array(64), new SharedArrayBuffer(64), Buffer.alloc(8), 5, 'wl_display', {}];
    const objects = members(isObject);
    expect(objects.map(({ row, m }) => `${row.name}.${m.name}`)).to.include.members([
      'VkXcbSurfaceCreateInfoKHR.connection',
      'VkMacOSSurfaceCreateInfoMVK.pView',
      'VkImportMetalTextureInfoEXT.mtlTexture',
    ]);
    for (const { row, m } of objects) {
      for (const given of bytes)
        expect(told(row, m, given), row.name).to.match(
          new RegExp(`${row.name}\\.${m.name}: expected the address \\(bigint\\) of a native \\w+, got`),
        );
      expect(told(row, m, 0x1000n)).to.match(/^[0-9a-f]+ /);
    }
    for (const { row, p } of params(p => isObject(p) && p.pointers.length === 1 && isRequired(p))) {
      for (const given of bytes)
        expect(toldOf(row, p, given)).to.include(
          `${row.name}.${p.name}: expected the address (bigint) of a native`,
        );
      expect(toldOf(row, p, 0x1000n)).to.equal('passed 4096');
    }
  });

  it('a window or a display cannot be left out, but for imports of nothing', () => {
    const windows = members(m => isObject(m) && isRequired(m)).filter(
      ({ row }) => row.name !== 'VkImportScreenBufferInfoQNX',
    );
    for (const { row, m } of windows)
      for (const given of [undefined, null, 0n])
        expect(told(row, m, given), row.name).to.match(new RegExp(`${row.name}\\.${m.name}: expected .*got`));
  });

  it('SECURITY_ATTRIBUTES may be laid out by a script, as large as they are', () => {
    const row = registry.struct('VkExportMemoryWin32HandleInfoKHR');
    const m = row.members.find(({ name }) => name === 'pAttributes')!;
    expect(told(row, m, new Uint8Array(24))).to.match(/^[0-9a-f]+ /);
    for (const size of [0, 23])
      expect(told(row, m, new Uint8Array(size))).to.include(
        `.pAttributes: expected at least 24 bytes, got ${size}`,
      );
  });
});
