// Optional arms of unions may be null, as null descriptors are; deferred operations are refused by name, and why.
import { expect } from 'chai';
import { Scope } from '../../src/handles/scope.ts';
import { argumentEncoder } from '../../src/marshal/argument.ts';
import { Call } from '../../src/marshal/call.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct, structEncoder } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';
import { isDeferral } from '../../src/registry/shape.ts';

const structs = registry.tables.structs
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.struct(name));

function withCall<T>(use: (call: Call) => T): T {
  const call = Call.begin({ identity: { scope: new Scope('VkDevice', new Scope('VkInstance')) } } as never);
  try {
    return use(call);
  } finally {
    call.end();
  }
}

describe('what may be null', () => {
  const unions = structs.filter(row => row.union);
  const arms = (optional: boolean) =>
    unions.flatMap(row =>
      row.members.filter(m => m.pointers !== '' && m.optional === optional).map(m => ({ row, m })),
    );

  it('optional arms of unions are written as NULL, others are not', () => {
    expect(arms(true).map(({ row, m }) => `${row.name}.${m.name}`)).to.include.members([
      'VkDescriptorDataEXT.pSampledImage',
      'VkDescriptorDataEXT.pStorageBuffer',
    ]);
    expect(arms(true)).to.have.length(10);
    for (const { row, m } of [...arms(true), ...arms(false)])
      withCall(call => {
        const at = call.stack.reserve(layoutOf(row).size);
        const { chunk } = call.stack;
        const encode = () => structEncoder(row)(call, chunk, at, { [m.name]: null });
        if (m.optional) {
          encode();
          expect([...chunk.u8.subarray(at, at + layoutOf(row).size)].every(byte => byte === 0)).to.equal(
            true,
          );
        } else expect(encode, `${row.name}.${m.name}`).to.throw();
      });
  });

  it('within the struct that selects the arm too, compiled and interpreted', () => {
    const row = registry.struct('VkDescriptorGetInfoEXT');
    const plan = planOf(row);
    for (const encode of [
      interpretStruct(plan),
      ...(canCompile() ? [compileStruct(plan, compiledEncoder)] : []),
    ])
      withCall(call => {
        const at = call.stack.reserve(layoutOf(row).size);
        encode(call, call.stack.chunk, at, { type: 2, data: { pSampledImage: null } });
      });
  });
});

describe('deferred host operations', () => {
  it('are refused by name in each command that could defer, and may be left out', () => {
    const params = registry.tables.commands
      .entries()
      .filter(([, text]) => aliasOf(text) === undefined)
      .map(([name]) => registry.command(name))
      .flatMap(row => row.params.filter(isDeferral).map(p => ({ row, p })));
    expect(params).to.have.length(10);
    for (const { row, p } of params)
      withCall(call => {
        const encode = argumentEncoder(p, row);
        for (const nothing of [undefined, null, 0n]) expect(encode(call, nothing)).to.equal(0);
        try {
          encode(call, 5n);
          expect.fail('it was taken');
        } catch (error) {
          const { message } = (error as { toError(root: string): Error }).toError('');
          expect(message).to.include(`${row.name}.deferredOperation: expected nothing`);
        }
      });
  });
});
