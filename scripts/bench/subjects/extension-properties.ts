// What enumerateDeviceExtensionProperties costs: two calls and a hundred structs with a string each.
import koffi from 'koffi';
import { bareCommand } from '../bare.ts';
import { bigintAddressOf, CMemory } from '../bytes.ts';
import { contest } from '../contest.ts';
import { koffiType } from '../koffi-types.ts';
import { type OpenedLavapipe, openLavapipe } from '../lavapipe.ts';
import { reading, repeat, total } from '../loop.ts';
import { missingRow, type Subject } from '../row.ts';

const COMMAND = 'vkEnumerateDeviceExtensionProperties';
/** sizeof(VkExtensionProperties) */
const SIZE = 260;

interface Extension {
  readonly extensionName: string;
  readonly specVersion: number;
}

/** A sum over all elements. */
const read = (list: readonly Extension[]): number => {
  let sum = list.length;
  for (const { extensionName, specVersion } of list) sum += extensionName.length + specVersion;
  return sum;
};

/** Asks for the count, then for the elements, into memory of that size. */
function bareCalls({ gpu, command }: OpenedLavapipe): () => { bytes: Uint8Array; count: number } {
  const fn = bareCommand(command(COMMAND), COMMAND);
  const count = new CMemory(4);
  const handle = Number(gpu.handle);
  return () => {
    if (fn(handle, 0, count.number, 0) < 0) throw new Error(COMMAND);
    const bytes = new Uint8Array(count.u32[0] * SIZE);
    if (fn(handle, 0, count.number, Number(bigintAddressOf(bytes))) < 0) throw new Error(COMMAND);
    return { bytes, count: count.u32[0] };
  };
}

export const extensionPropertiesSubject: Subject = {
  name: 'extension-properties',
  run({ rounds }) {
    const opened = openLavapipe();
    if (opened.missing !== undefined) return [missingRow('extension-properties', opened.missing)];
    const driver = opened as OpenedLavapipe;
    const { gpu } = driver;
    const type = koffiType('VkExtensionProperties');
    const calls = bareCalls(driver);
    const list = gpu.enumerateDeviceExtensionProperties();
    const decode = () => {
      const { bytes, count } = calls();
      return koffi.decode(bytes, type, count) as Extension[];
    };
    return [
      contest({
        title: `enumerateDeviceExtensionProperties, ${list.length} of them`,
        baseline: 'koffi decode',
        rounds,
        expected: times => total(times, () => read(list)),
        contestants: [
          { name: 'ours', run: repeat(reading(() => gpu.enumerateDeviceExtensionProperties(), read)) },
          { name: 'koffi decode', run: repeat(reading(decode, read)) },
          {
            name: 'bare koffi, nothing made of it',
            run: repeat(reading(calls, ({ count }) => count)),
            expected: times => list.length * times,
          },
        ],
        targets: [{ of: 'ours', most: 0.5, against: 'koffi decode' }],
      }),
    ];
  },
};
