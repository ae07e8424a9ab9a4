// What enumerateDeviceExtensionProperties costs: two calls and a hundred structs with a string each.
import koffi from 'koffi';
import { Bytes, bare } from '../bare.ts';
import { contest, type Run, sink } from '../contest.ts';
import { koffiType } from '../koffi-types.ts';
import { type OpenedLavapipe, openLavapipe } from '../lavapipe.ts';
import { missingRow, type Subject } from '../row.ts';

const TITLE = 'enumerateDeviceExtensionProperties on lavapipe';
const COMMAND = 'vkEnumerateDeviceExtensionProperties';
/** sizeof(VkExtensionProperties) */
const SIZE = 260;

interface Extension {
  readonly extensionName: string;
  readonly specVersion: number;
}

/** Something of each element. */
const read = (list: readonly Extension[]): number => {
  let sum = list.length;
  for (const { extensionName, specVersion } of list) sum += extensionName.length + specVersion;
  return sum;
};

const repeat =
  (make: () => readonly Extension[]): Run =>
  times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const list = make();
      sink.last = list;
      sum += read(list);
    }
    return sum;
  };

/** The count, then the elements, into memory made for them. */
function bareCalls({ gpu, instanceCommand }: OpenedLavapipe): () => { bytes: Bytes; count: number } {
  const fn = bare(instanceCommand(COMMAND), 'int32_t', ['uintptr_t', 'uintptr_t', 'uintptr_t', 'uintptr_t']);
  const count = new Bytes(4);
  const handle = Number(gpu.handle);
  return () => {
    if (fn(handle, 0, count.number, 0) < 0) throw new Error(COMMAND);
    const bytes = new Bytes(count.u32[0] * SIZE);
    if (fn(handle, 0, count.number, bytes.number) < 0) throw new Error(COMMAND);
    return { bytes, count: count.u32[0] };
  };
}

export const extensionProperties: Subject = {
  name: 'extension-properties',
  run({ rounds }) {
    const opened = openLavapipe();
    if (opened.missing !== undefined) return [missingRow(TITLE, opened.missing)];
    const driver = opened as OpenedLavapipe;
    const { gpu } = driver;
    const type = koffiType('VkExtensionProperties');
    const calls = bareCalls(driver);
    const list = gpu.enumerateDeviceExtensionProperties();
    return [
      contest({
        title: `${TITLE}, ${list.length} extensions`,
        baseline: 'koffi decode',
        rounds,
        expected: times => read(list) * times,
        contestants: [
          { name: 'ours', run: repeat(() => gpu.enumerateDeviceExtensionProperties()) },
          {
            name: 'koffi decode',
            run: repeat(() => {
              const { bytes, count } = calls();
              return koffi.decode(bytes.u32, type, count);
            }),
          },
          {
            name: 'bare koffi, nothing made of it',
            run: times => {
              let sum = 0;
              for (let i = 0; i < times; i++) sum += calls().count;
              return sum;
            },
            expected: times => list.length * times,
          },
        ],
        targets: [{ of: 'ours', most: 0.5, against: 'koffi decode' }],
      }),
    ];
  },
};
