// A failure where hostile arguments crash a process or are refused without a path.
import { expect } from 'chai';
import { fuzz } from '../../scripts/fuzz/fuzz.ts';

const SECONDS = Number(process.env.KOFFI_VULKAN_FUZZ_SECONDS ?? 15);

describe('hostile arguments', () => {
  it(`end no process, and are refused by their path (${SECONDS} s)`, async function () {
    this.timeout((SECONDS + 300) * 1000);
    const log = (line: string) => console.log(`      ${line}`);
    const { failures, played, reached, refused } = await fuzz({
      seconds: SECONDS,
      seed: 20_261_122,
      from: 0,
      log,
    });
    expect(failures).to.deep.equal([]);
    // Hostile and valid ones both have their turn.
    expect(refused).to.be.greaterThan(played / 10);
    expect(reached).to.be.greaterThan(played / 100);
  });
});
