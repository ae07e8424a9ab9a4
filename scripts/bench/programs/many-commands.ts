// Prints as JSON the nanoseconds of a cmdDraw before and after the methods of nearly all commands were made, and the
// microseconds that the first and the last hundred of those methods took to make.
import { owners } from '../../../ffi/rows/owners.ts';
import { methodName } from '../../../src/registry/shape.ts';
import { median } from '../row.ts';
import { openTrivialDriver } from '../trivial-driver.ts';

const { commands, device, queue } = openTrivialDriver(process.argv[2]);
const now = () => Number(process.hrtime.bigint());

function draw(times: number): void {
  for (let i = 0; i < times; i++) commands.cmdDraw(i & 1023, 1, 3, 4);
}

function best(): number {
  for (let i = 0; i < 20; i++) draw(20_000);
  const samples = Array.from({ length: 200 }, () => {
    const start = now();
    draw(4000);
    return (now() - start) / 4000;
  });
  return Math.min(...samples);
}

const before = best();
const took: number[] = [];
const { physicalDevice } = device;
for (const object of [commands, device, queue, physicalDevice, physicalDevice.instance])
  for (const name of owners[object.type].trim().split('\n')) {
    const start = now();
    void (object as unknown as Record<string, unknown>)[methodName(name)];
    took.push((now() - start) / 1000);
  }
const after = best();
const [first, last] = [took.slice(0, 100), took.slice(-100)].map(median);
process.stdout.write(JSON.stringify({ made: took.length, before, after, first, last }));
process.exit(0);
