// What getPhysicalDeviceMemoryProperties costs, and getPhysicalDeviceProperties2 with three chained structs.
import koffi from 'koffi';
import { VkStructureType as Type } from '../../../src/index.ts';
import { layoutOf } from '../../../src/native/koffi.ts';
import { registry } from '../../../src/registry/registry.ts';
import { addonContestants } from '../addon.ts';
import { Bytes, bare } from '../bare.ts';
import { type Contestant, contest, type Run, sink } from '../contest.ts';
import { koffiType } from '../koffi-types.ts';
import { type OpenedLavapipe, openLavapipe } from '../lavapipe.ts';
import { type OpenedNvk, openNvk } from '../nvk.ts';
import { type Context, missingRow, type Row, type Subject } from '../row.ts';

const TITLES = [
  'getPhysicalDeviceMemoryProperties on lavapipe, fresh objects',
  'getPhysicalDeviceProperties2 with three chained structs on lavapipe, fresh objects',
];
const TARGETS = [
  { of: 'ours', most: 0.5, against: 'nvk, struct reused' },
  { of: 'ours', most: 0.5, against: 'addon' },
];

/** Repeats what gives an object and adds up what `read` finds in it. */
const repeat =
  <T>(make: () => T, read: (made: T) => number): Run =>
  times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const made = make();
      sink.last = made;
      sum += read(made);
    }
    return sum;
  };

interface MemoryProperties {
  readonly memoryTypeCount: number;
  readonly memoryTypes: ArrayLike<{ readonly propertyFlags: number }>;
  readonly memoryHeaps: ArrayLike<{ readonly size: number | bigint }>;
}

const readMemory = ({ memoryTypeCount, memoryTypes, memoryHeaps }: MemoryProperties): number =>
  memoryTypeCount + memoryTypes[0].propertyFlags + (Number(memoryHeaps[0].size) % 65536);

interface Rivals {
  readonly context: Context;
  readonly driver: OpenedLavapipe;
  readonly nvk: OpenedNvk | { readonly missing: string };
}

const nvkContestants = (
  { nvk }: Rivals,
  runs: (nvk: OpenedNvk) => { fresh: Run; reused: Run },
): Contestant[] => {
  const names = ['nvk, fresh struct', 'nvk, struct reused'];
  if (nvk.missing !== undefined) return names.map(name => ({ name, missing: nvk.missing }));
  const { fresh, reused } = runs(nvk as OpenedNvk);
  return [
    { name: names[0], run: fresh },
    { name: names[1], run: reused },
  ];
};

function memory(rivals: Rivals): Row {
  const { context, driver } = rivals;
  const { gpu } = driver;
  const command = 'vkGetPhysicalDeviceMemoryProperties';
  const type = koffiType('VkPhysicalDeviceMemoryProperties');
  const bytes = new Bytes(type.size);
  const fn = bare(driver.instanceCommand(command), 'void', ['uintptr_t', 'uintptr_t']);
  const handle = Number(gpu.handle);
  const one = readMemory(gpu.getPhysicalDeviceMemoryProperties());
  return contest({
    title: TITLES[0],
    baseline: 'koffi decode',
    rounds: context.rounds,
    expected: times => one * times,
    contestants: [
      { name: 'ours', run: repeat(() => gpu.getPhysicalDeviceMemoryProperties(), readMemory) },
      {
        name: 'koffi decode',
        run: repeat(() => {
          fn(handle, bytes.number);
          return koffi.decode(bytes.u32, type) as MemoryProperties;
        }, readMemory),
      },
      ...addonContestants(context.tools, [command], driver.instanceCommand, addon =>
        repeat(() => addon.getPhysicalDeviceMemoryProperties(gpu.handle) as MemoryProperties, readMemory),
      ),
      ...nvkContestants(rivals, ({ nvk, gpu }) => {
        const kept = new nvk.VkPhysicalDeviceMemoryProperties();
        const into = (struct: MemoryProperties) => {
          nvk.vkGetPhysicalDeviceMemoryProperties(gpu, struct);
          return struct;
        };
        return {
          fresh: repeat(() => into(new nvk.VkPhysicalDeviceMemoryProperties()), readMemory),
          reused: repeat(() => into(kept), readMemory),
        };
      }),
      {
        name: 'bare koffi, nothing made of it',
        run: times => {
          let sum = 0;
          const { u32 } = bytes;
          for (let i = 0; i < times; i++) {
            fn(handle, bytes.number);
            sum += u32[0];
          }
          return sum;
        },
        expected: times => gpu.getPhysicalDeviceMemoryProperties().memoryTypeCount * times,
      },
    ],
    targets: TARGETS,
  });
}

/** What is looked at in an answer, however it came. */
const readProperties = (
  properties: { readonly apiVersion: number; readonly limits: { readonly maxImageDimension2D: number } },
  id: { readonly deviceUUID: ArrayLike<number> },
  driver: { readonly driverName: string },
  maintenance: { readonly maxPerSetDescriptors: number },
): number =>
  properties.apiVersion +
  properties.limits.maxImageDimension2D +
  id.deviceUUID[3] +
  driver.driverName.length +
  (maintenance.maxPerSetDescriptors % 65536);

const CHAIN = [
  Type.PHYSICAL_DEVICE_ID_PROPERTIES,
  Type.PHYSICAL_DEVICE_DRIVER_PROPERTIES,
  Type.PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
] as const;

function properties2(rivals: Rivals): Row {
  const { context, driver } = rivals;
  const { gpu } = driver;
  const command = 'vkGetPhysicalDeviceProperties2';
  const ask = () => gpu.getPhysicalDeviceProperties2({ pNext: CHAIN });
  const read = ({ properties, pNext: [id, driver, maintenance] }: ReturnType<typeof ask>) =>
    readProperties(properties, id, driver, maintenance);
  const one = read(ask());
  const version = (major: number, minor: number) => (major << 22) | (minor << 12);
  return contest({
    title: TITLES[1],
    baseline: 'koffi decode',
    rounds: context.rounds,
    expected: times => one * times,
    contestants: [
      { name: 'ours', run: repeat(ask, read) },
      { name: 'koffi decode', run: koffiDecode(driver, command) },
      ...addonContestants(context.tools, [command], driver.instanceCommand, addon =>
        repeat(() => addon.getPhysicalDeviceProperties2(gpu.handle) as ReturnType<typeof ask>, read),
      ),
      ...nvkContestants(rivals, ({ nvk, gpu }) => {
        const make = () => {
          const maintenance = new nvk.VkPhysicalDeviceMaintenance3Properties();
          const driver = new nvk.VkPhysicalDeviceDriverPropertiesKHR();
          const id = new nvk.VkPhysicalDeviceIDProperties();
          const properties2 = new nvk.VkPhysicalDeviceProperties2();
          // nvk refuses pNext in a struct that the driver fills: linked behind its back.
          link(properties2, id);
          link(id, driver);
          link(driver, maintenance);
          return { properties2, id, driver, maintenance };
        };
        const into = (made: ReturnType<typeof make>) => {
          nvk.vkGetPhysicalDeviceProperties2(gpu, made.properties2);
          return made;
        };
        const readNvk = ({ properties2, id, driver, maintenance }: ReturnType<typeof make>) =>
          readProperties(properties2.properties, id, driver, maintenance);
        const kept = make();
        return { fresh: repeat(() => into(make()), readNvk), reused: repeat(() => into(kept), readNvk) };
      }),
    ],
    targets: TARGETS,
    notes: gpuNote(gpu.getPhysicalDeviceProperties().apiVersion >= version(1, 1)),
  });
}

interface NvkStruct {
  readonly memoryView: DataView;
  readonly memoryAddress: bigint;
}

const link = (struct: NvkStruct, next: NvkStruct): void =>
  struct.memoryView.setBigUint64(8, next.memoryAddress, true);

const gpuNote = (has11: boolean): string[] => (has11 ? [] : ['the driver is older than Vulkan 1.1']);

/** The chain linked by hand once, four structs decoded. */
function koffiDecode(driver: OpenedLavapipe, command: string): Run {
  const fn = bare(driver.instanceCommand(command), 'void', ['uintptr_t', 'uintptr_t']);
  const handle = Number(driver.gpu.handle);
  const structs = [
    'VkPhysicalDeviceProperties2',
    'VkPhysicalDeviceIDProperties',
    'VkPhysicalDeviceDriverProperties',
    'VkPhysicalDeviceMaintenance3Properties',
  ].map((name, i, names) => {
    const type = koffiType(name);
    const bytes = new Bytes(type.size);
    bytes.u32[0] = registry.struct(names[i]).sType as number;
    return { type, bytes };
  });
  const offset = layoutOf(registry.struct('VkPhysicalDeviceProperties2')).members.get('pNext')!.offset;
  structs.forEach(({ bytes }, i) => {
    bytes.u64[offset / 8] = structs[i + 1]?.bytes.bigint ?? 0n;
  });
  return repeat(
    () => {
      fn(handle, structs[0].bytes.number);
      return structs.map(({ type, bytes }) => koffi.decode(bytes.u32, type));
    },
    ([{ properties }, id, driver, maintenance]) => readProperties(properties, id, driver, maintenance),
  );
}

export const properties: Subject = {
  name: 'properties',
  run(context) {
    const driver = openLavapipe();
    if (driver.missing !== undefined) return TITLES.map(title => missingRow(title, driver.missing as string));
    const rivals: Rivals = { context, driver: driver as OpenedLavapipe, nvk: openNvk(context.tools.nvk) };
    return [memory(rivals), properties2(rivals)];
  },
};
