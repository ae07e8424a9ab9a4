// Every command's compiled method refuses missing arguments with the same errors as the interpreted one.
import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import { registry } from '../../src/registry/registry.ts';
import { DISPATCHABLE_CLASSES, methodName } from '../../src/registry/shape.ts';

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** What each command says of these arguments. */
function said(fixture: Fixture, uses: number, args: readonly unknown[]): string[] {
  threshold.uses = uses;
  const lines = fixture.commands.map(name => {
    fixture.refresh();
    const { base, pointers } = registry.command(name).params[0] ?? { base: '', pointers: '' };
    const isMethod = DISPATCHABLE_CLASSES.includes(base) && pointers === '';
    const owner = isMethod ? base : registry.command(name).level === 'device' ? 'VkDevice' : '';
    const object = owner === '' ? fixture.vulkan : fixture.objects[owner as keyof typeof fixture.objects];
    try {
      (object as unknown as Methods)[methodName(name)](...args);
      return `${name}: ok`;
    } catch (error) {
      return `${name}: ${String(error)}`;
    }
  });
  threshold.uses = 0;
  return lines;
}

describe('compiled methods', () => {
  // Two drivers at once: each has methods of its own.
  let fixtures: readonly [Fixture, Fixture];
  before(() => {
    fixtures = [new Fixture('null'), new Fixture('null')];
  });
  after(() => {
    for (const { nullDriver } of fixtures) nullDriver?.[Symbol.dispose]();
  });

  for (const args of [[], [undefined], [null, null], [0n, 0n, 0n]])
    it(`say of (${args.map(String).join(', ')}) what interpreted ones say, for every command`, () => {
      const compiled = said(fixtures[0], 0, args);
      const interpreted = said(fixtures[1], Number.POSITIVE_INFINITY, args);
      expect(compiled).to.have.length.above(600);
      expect(compiled).to.deep.equal(interpreted);
    });
});
