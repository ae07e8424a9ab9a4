// Prints what an import costs beside its bare commands; only `npm run bench -- --only import-texture` judges it.
import { bareRun } from '../../scripts/bench/call.ts';
import { driverOf, importAndDispose } from '../../scripts/bench/subjects/import-texture.ts';
import type { Device } from '../../src/index.ts';

const TIMES = 200;

/** Takes the best of five rounds each, in turn. */
export function printCost(name: string, device: Device, handle: bigint): void {
  const [call, driver] = [importAndDispose(device, handle), driverOf(device)];
  const runs = [driver.counted(call.ours), bareRun(call, driver, 'bigint')];
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 5; round++)
    runs.forEach((run, i) => {
      const start = process.hrtime.bigint();
      if (run(TIMES) !== TIMES) throw new Error(`${name}: an import gave no image`);
      best[i] = Math.min(best[i], Number(process.hrtime.bigint() - start) / TIMES / 1000);
    });
  const [ours, bare] = best;
  console.log(
    `      ${name}: an import and its disposal ${ours.toFixed(0)} µs, the same by bare commands ${bare.toFixed(0)} µs: ${(ours / bare).toFixed(2)}`,
  );
}
