// Compiled and interpreted decoders read the same from the same bytes, for every struct.
import { expect } from 'chai';
import { RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { Call } from '../../src/marshal/call.ts';
import { chainFrom } from '../../src/marshal/chain.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { compileDecoder, type StructDecoder } from '../../src/marshal/compile-decoder.ts';
import { compiledDecoder, fieldsOf, interpretDecoder } from '../../src/marshal/decode.ts';
import { interpretStruct } from '../../src/marshal/encode.ts';
import { outputBlock } from '../../src/marshal/output-block.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import type { Chunk } from '../../src/native/argument-memory.ts';
import { layoutOf } from '../../src/native/row-types.ts';
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
  const values = new RandomValues(randomFrom(SEED), device());

  const known = new Map<StructRow, (readonly [StructDecoder, StructDecoder])[]>();
  /** Compiled and interpreted: as a struct is read by itself, and in a chain. */
  const decodersOf = (row: StructRow) => {
    let made = known.get(row);
    if (made === undefined) {
      const fields = fieldsOf(row);
      made = [undefined, row.sType].map(
        sType =>
          [compileDecoder(fields, compiledDecoder, { sType }), interpretDecoder(fields, sType)] as const,
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
          const made = new RandomValues(randomFrom(SEED + read), scope).struct(row);
          try {
            interpretStruct(planOf(row))(call, chunk, at, made);
          } catch (error) {
            // What chance cannot know: which arm a selector selects, lengths that other members give.
            if (!(error instanceof ArgumentError)) throw error;
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

  it('read a struct and its chain in one piece as they read them apart', () => {
    let blocks = 0;
    for (const row of rows.filter(one => one.extendedBy.length > 0 && !holdsPointers(one))) {
      const chain = row.extendedBy.map(name => registry.struct(name)).filter(one => !holdsPointers(one));
      const block = outputBlock(row, chain);
      if (block === undefined) continue;
      blocks++;
      const call = Call.begin({ identity: { scope: device() } } as never);
      try {
        const at = call.stack.reserve(block.size);
        const { chunk } = call.stack;
        block.link(chunk, at);
        const linked = chainFrom(call, chunk, at);
        expect(linked.map(({ sType }) => sType)).to.deep.equal(chain.map(({ sType }) => sType));
        expect(linked.every(one => one.chunk === chunk)).to.equal(true);
        const places = [{ row, at }, ...chain.map((one, i) => ({ row: one, at: linked[i].at }))];
        for (const place of places)
          for (let i = 16; i < layoutOf(place.row).size; i++) chunk.u8[place.at + i] = values.int(256);
        const apart = {
          ...interpretDecoder(fieldsOf(row))(chunk, at, device()),
          pNext: chain.map((one, i) =>
            interpretDecoder(fieldsOf(one), one.sType)(chunk, linked[i].at, device()),
          ),
        };
        const { pNext, ...own } = apart;
        const expected = chain.length > 0 ? apart : own;
        expect(block.read(chunk, at, device()), row.name).to.deep.equal(expected);
      } finally {
        call.end();
      }
    }
    expect(blocks).to.be.greaterThan(20);
  });

  it('read a text anew where the last one was another', () => {
    const row = registry.struct('VkExtensionProperties');
    const read = interpretDecoder(fieldsOf(row));
    const call = Call.begin({ identity: { scope: device() } } as never);
    try {
      const at = call.stack.reserve(layoutOf(row).size);
      const { chunk } = call.stack;
      const texts: (readonly [number[], string])[] = [
        [[0x61, 0x62], 'ab'],
        [[0x61, 0x62], 'ab'],
        [[0x61], 'a'],
        [[0x61, 0x62, 0x63], 'abc'],
        [[], ''],
        [[0xc3, 0xa9], 'é'],
        [[0xe9], '\ufffd'],
        [[0xff], '\ufffd'],
        [[0xef, 0xbf, 0xbd], '\ufffd'],
        [new Array(256).fill(0x61), 'a'.repeat(256)],
        [new Array(256).fill(0x61), 'a'.repeat(256)],
        [new Array(255).fill(0x61), 'a'.repeat(255)],
      ];
      for (const [bytes, text] of texts) {
        chunk.u8.fill(0, at, at + layoutOf(row).size).set(bytes, at);
        // What lies behind is another member's.
        chunk.u8[at + 256] = 0x61;
        expect(read(chunk, at, undefined).extensionName).to.equal(text);
      }
    } finally {
      call.end();
    }
  });
});
