// Shader code is accepted as any bytes, and is aligned in memory as Vulkan requires, wherever the bytes begin.
import { expect } from 'chai';
import { square } from '../../scripts/examples/shaders/spirv.ts';
import { Scope } from '../../src/handles/scope.ts';
import { Call } from '../../src/marshal/call.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import type { StructEncoder } from '../../src/marshal/struct-encoder.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import { addressOf, copy } from '../../src/native/koffi.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';

const bytes = new Uint8Array(square.buffer);

/** The same bytes, beginning so far behind an address that is aligned. */
function shifted(by: number): Buffer {
  const room = Buffer.alloc(bytes.length + 16);
  room.set(bytes, by);
  return room.subarray(by, by + bytes.length);
}

/** Where C finds the code, the size that it is told, and what lies there. */
function encoded(encode: StructEncoder, struct: string, value: object, call: Call) {
  const row = registry.struct(struct);
  const { size, members } = layoutOf(row);
  const at = call.stack.reserve(size);
  const { chunk } = call.stack;
  encode(call, chunk, at, value);
  const word = (name: string) => Number(chunk.u64[(at + members.get(name)!.offset) >> 3]);
  const [address, codeSize] = [word('pCode'), word('codeSize')];
  const found = new Uint8Array(codeSize);
  copy(addressOf(found), address, codeSize);
  return { address, codeSize, found };
}

describe('shader code', () => {
  const scope = new Scope('VkDevice', new Scope('VkInstance'));
  const self = { identity: { scope } } as never;
  const shader = { stage: 32, codeType: 1, pName: 'main' };
  const cases = [
    { struct: 'VkShaderModuleCreateInfo', rest: {}, alignment: 4 },
    { struct: 'VkShaderCreateInfoEXT', rest: shader, alignment: 16 },
  ];
  for (const { struct, rest, alignment } of cases)
    for (const way of ['interpreted', 'compiled', 'kept for a promise form'])
      it(`is taken from a file, a slice and an odd address by ${struct}, ${way}`, () => {
        const row = registry.struct(struct);
        const encode = way === 'compiled' ? compiledEncoder(row) : interpretStruct(planOf(row));
        const given = [0, 1, 2, 3, 4, 8, 15].map(shifted);
        for (const pCode of [...given, bytes, bytes.slice().buffer, new DataView(bytes.buffer)]) {
          const call = way.startsWith('kept') ? Call.independent(self) : Call.begin(self);
          const { address, codeSize, found } = encoded(encode, struct, { ...rest, pCode }, call);
          expect(address % alignment).to.equal(0);
          expect(codeSize).to.equal(bytes.length);
          expect(Buffer.compare(found, bytes)).to.equal(0);
          call.end();
        }
      });

  it('is refused where it is no whole number of words', () => {
    const encode = interpretStruct(planOf(registry.struct('VkShaderModuleCreateInfo')));
    for (const length of [1, 2, 3, 21]) {
      const call = Call.begin(self);
      let said = '';
      try {
        encoded(encode, 'VkShaderModuleCreateInfo', { pCode: new Uint8Array(length) }, call);
      } catch (error) {
        said = error instanceof ArgumentError ? error.toError('').message : String(error);
      }
      call.end();
      expect(said).to.equal(`.pCode: expected a number of bytes that is a multiple of 4, got ${length}`);
    }
  });
});
