// Decoders compiled and interpreted read the same out of the same bytes, for every struct.
import { expect } from 'chai';
import { randomFrom, Values } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { Call } from '../../src/marshal/call.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { compileDecoder, type StructDecoder } from '../../src/marshal/compile-decoder.ts';
import { compiledDecoder, fieldsOf, interpretDecoder } from '../../src/marshal/decode.ts';
import { interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import type { Chunk } from '../../src/native/argument-memory.ts';
import { layoutOf } from '../../src/native/koffi.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type StructRow } from '../../src/registry/rows.ts';
import { skipHere } from '../skip.ts';

const SEED = 20_261_126;
const ROUNDS = 4;

const rows = registry.tables.structs
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.struct(name))
  .filter(row => !row.union);

/** Whether something in it is an address that a decoder would follow; it leaves pNext alone. */
const holdsPointers = (row: StructRow): boolean =>
  row.members.some(m => {
    const fact = registry.fact(m.base);
    if (m.name === 'pNext') return false;
    if (m.pointers !== '' || fact.kind === 'wide string') return true;
    return fact.kind === 'struct' && holdsPointers(fact.row);
  });

describe('compiled decoders', () => {
  const device = () => new Scope('VkDevice', new Scope('VkInstance'));
  const values = new Values(randomFrom(SEED), device());

  const known = new Map<StructRow, (readonly [StructDecoder, StructDecoder])[]>();
  /** Compiled and interpreted: as a struct is read by itself, and in a chain. */
  const decodersOf = (row: StructRow) => {
    let made = known.get(row);
    if (made === undefined) {
      const fields = fieldsOf(row);
      made = [undefined, row.sType].map(
        sType => [compileDecoder(fields, compiledDecoder, sType), interpretDecoder(fields, sType)] as const,
      );
      known.set(row, made);
    }
    return made;
  };

  /** What each reads, and which handles it lets live from now on. */
  function same(row: StructRow, chunk: Chunk, at: number): void {
    for (const [compile, interpret] of decodersOf(row)) {
      const [mine, theirs] = [device(), device()];
      const compiled = compile(chunk, at, mine);
      const interpreted = interpret(chunk, at, theirs);
      expect(compiled, row.name).to.deep.equal(interpreted);
      expect(Object.keys(compiled), row.name).to.deep.equal(Object.keys(interpreted));
      const alive = (scope: Scope) =>
        scope.live.flatMap(handles => handles?.values().map(h => `${h.type} ${h.handle}`) ?? []).sort();
      expect(alive(mine), row.name).to.deep.equal(alive(theirs));
    }
  }

  before(function () {
    if (!canCompile()) skipHere(this, 'this process makes no code from text');
  });

  it(`read what was encoded: pointers, strings, unions, counts (seed ${SEED})`, () => {
    let read = 0;
    for (const row of rows)
      for (let round = 0; round < ROUNDS; round++) {
        const scope = device();
        const call = Call.begin({ identity: { scope } } as never);
        try {
          const at = call.stack.reserve(layoutOf(row).size);
          const { chunk } = call.stack;
          const made = new Values(randomFrom(SEED + read), scope).struct(row);
          try {
            interpretStruct(planOf(row))(call, chunk, at, made);
          } catch {
            // What chance cannot know: which arm a selector selects, lengths that other members give.
            continue;
          }
          same(row, chunk, at);
          read++;
        } finally {
          call.end();
        }
      }
    expect(read).to.be.greaterThan(rows.length * 2);
  });

  it('read any bytes, where nothing in them is an address', () => {
    const plain = rows.filter(row => !holdsPointers(row));
    expect(plain).to.have.length.above(700);
    const call = Call.begin({ identity: { scope: device() } } as never);
    try {
      for (const row of plain) {
        const { size } = layoutOf(row);
        const at = call.stack.reserve(size);
        const { chunk } = call.stack;
        for (let i = 0; i < size; i++) chunk.u8[at + i] = values.int(256);
        same(row, chunk, at);
      }
    } finally {
      call.end();
    }
  });
});
