// Hostile calls crash and hang no process, and are refused with a path, on every ground.

import { expect } from 'chai';
import { fuzz } from '../../scripts/fuzz/fuzz.ts';
import { GROUNDS } from '../../scripts/fuzz/grounds/index.ts';
import { figure } from '../figure.ts';

const SECONDS = Number(process.env.KOFFI_VULKAN_FUZZ_SECONDS ?? 15);

describe('hostile calls', () => {
  it(`end no process, and are refused by their path (${SECONDS} s)`, async function () {
    this.timeout((SECONDS + 600) * 1000);
    const found = await fuzz({ seconds: SECONDS, seed: 20_261_122, from: 0, log: figure });
    expect(found.flatMap(({ failures }) => failures)).to.deep.equal([]);
    // A ground that cannot run on this platform is not missing.
    const lacking = found.flatMap(({ missing }) => missing).filter(why => !why.includes('is for '));
    if (process.env.REQUIRE_LIVE === '1') expect(lacking).to.deep.equal([]);
    expect(found.map(({ ground }) => ground)).to.have.members(GROUNDS.map(({ name }) => name));
    for (const { ground, calls, missing } of found)
      if (missing.length === 0) expect(calls, ground).to.be.greaterThan(0);
    // Both hostile and valid calls must be among them.
    const [{ calls, refused, reached }] = found.filter(({ ground }) => ground === 'arguments');
    expect(refused).to.be.greaterThan(calls / 10);
    expect(reached).to.be.greaterThan(calls / 100);
  });
});
