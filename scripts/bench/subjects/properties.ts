// Measures what getPhysicalDeviceMemoryProperties costs, and getPhysicalDeviceProperties2 with three chained structs.
import koffi from 'koffi';
import { VkStructureType as Type } from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { bareCommand } from '../bare.ts';
import { type CMemory, memoryOf } from '../bytes.ts';
import { type Contestant, contest } from '../contest.ts';
import { koffiType } from '../koffi-types.ts';
import { type OpenedLavapipe, openLavapipe } from '../lavapipe.ts';
import { reading, repeat, sink, total } from '../loop.ts';
import { type OpenedNvk, openNvk } from '../nvk.ts';
import { type Context, missingRow, type Row, type Subject } from '../row.ts';

const TARGETS = [
  { of: 'ours', most: 0.5, against: 'nvk, struct reused' },
  { of: 'ours', most: 0.5, against: 'addon' },
];

interface Rivals {
  readonly context: Context;
  readonly driver: OpenedLavapipe;
  readonly nvk: OpenedNvk | { readonly missing: string };
}

/** A call that returns an object, as each contestant makes it; `read` gets a number from the result of any of them. */
interface Question<T> {
  readonly title: string;
  readonly command: string;
  readonly ours: () => T;
  readonly read: (answer: T) => number;
  /** Decoded by koffi's own types, from memory that is made once. */
  readonly decoded: (call: (bytes: CMemory) => void) => () => T;
  /** Makes nvk's structs, and asks with them. */
  readonly nvk: (opened: OpenedNvk) => { make(): unknown; ask(structs: unknown): T };
  readonly others?: (call: (bytes: CMemory) => void) => readonly Contestant[];
}

function ask<T>({ context, driver, nvk }: Rivals, question: Question<T>): Row {
  const { title, command, ours, read, decoded, others } = question;
  const fn = bareCommand(driver.command(command), command);
  const gpu = Number(driver.gpu.handle);
  const call = (bytes: CMemory) => {
    fn(gpu, bytes.number);
  };
  const answering = (make: () => T) => repeat(reading(make, read));
  const byNvk = (): Contestant[] => {
    const names = ['nvk, fresh struct', 'nvk, struct reused'];
    if (nvk.missing !== undefined) return names.map(name => ({ name, missing: nvk.missing }));
    const { make, ask } = question.nvk(nvk as OpenedNvk);
    const kept = make();
    return [
      { name: names[0], run: answering(() => ask(make())) },
      { name: names[1], run: answering(() => ask(kept)) },
    ];
  };
  const one = read(ours());
  const method = command.replace('vkG', 'g');
  return contest({
    title: `${title}, on lavapipe`,
    baseline: 'koffi decode',
    rounds: context.rounds,
    expected: times => total(times, () => one),
    contestants: [
      { name: 'ours', run: answering(ours) },
      { name: 'koffi decode', run: answering(decoded(call)) },
      ...addonContestants(context.tools, [command], driver.command, addon =>
        answering(() => addon[method](driver.gpu.handle) as T),
      ),
      ...byNvk(),
      ...(others?.(call) ?? []),
    ],
    targets: TARGETS,
  });
}

interface MemoryProperties {
  readonly memoryTypeCount: number;
  readonly memoryTypes: ArrayLike<{ readonly propertyFlags: number }>;
  readonly memoryHeaps: ArrayLike<{ readonly size: number | bigint }>;
}

function memory(gpu: OpenedLavapipe['gpu']): Question<MemoryProperties> {
  const struct = 'VkPhysicalDeviceMemoryProperties';
  return {
    title: 'getPhysicalDeviceMemoryProperties',
    command: 'vkGetPhysicalDeviceMemoryProperties',
    ours: () => gpu.getPhysicalDeviceMemoryProperties(),
    read: ({ memoryTypeCount, memoryTypes, memoryHeaps }) =>
      memoryTypeCount + memoryTypes[0].propertyFlags + (Number(memoryHeaps[0].size) % 65536),
    decoded(call) {
      const [bytes, type] = [memoryOf(struct), koffiType(struct)];
      return () => {
        call(bytes);
        return koffi.decode(bytes.u32, type) as MemoryProperties;
      };
    },
    nvk: ({ nvk, gpu }) => ({
      make: () => new nvk.VkPhysicalDeviceMemoryProperties(),
      ask(struct) {
        nvk.vkGetPhysicalDeviceMemoryProperties(gpu, struct);
        return struct as MemoryProperties;
      },
    }),
    others(call) {
      const bytes = memoryOf(struct);
      const { memoryTypeCount } = gpu.getPhysicalDeviceMemoryProperties();
      const once = () => {
        call(bytes);
        sink.sum = (sink.sum + bytes.u32[0]) | 0;
      };
      const expected = (times: number) => memoryTypeCount * times;
      return [{ name: 'bare koffi, nothing made of it', run: repeat(once), expected }];
    },
  };
}

interface Properties {
  readonly properties: {
    readonly apiVersion: number;
    readonly limits: { readonly maxImageDimension2D: number };
  };
  readonly pNext: readonly [
    id: { readonly deviceUUID: ArrayLike<number> },
    driver: { readonly driverName: string },
    maintenance: { readonly maxPerSetDescriptors: number | bigint },
  ];
}

interface NvkStruct {
  readonly memoryView: DataView;
  readonly memoryAddress: bigint;
}

/** nvk refuses a pNext in a struct that the driver fills, so it is written into the struct's memory. */
const link = (struct: NvkStruct, next: NvkStruct): void =>
  struct.memoryView.setBigUint64(8, next.memoryAddress, true);

function properties2(gpu: OpenedLavapipe['gpu']): Question<Properties> {
  const chain = [
    Type.PHYSICAL_DEVICE_ID_PROPERTIES,
    Type.PHYSICAL_DEVICE_DRIVER_PROPERTIES,
    Type.PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
  ] as const;
  return {
    title: 'getPhysicalDeviceProperties2, 3 structs chained',
    command: 'vkGetPhysicalDeviceProperties2',
    ours: () => gpu.getPhysicalDeviceProperties2({ pNext: chain }),
    read: ({ properties, pNext: [id, driver, maintenance] }) =>
      properties.apiVersion +
      properties.limits.maxImageDimension2D +
      id.deviceUUID[3] +
      driver.driverName.length +
      (Number(maintenance.maxPerSetDescriptors) % 65536),
    /** The chain is linked once by hand; four structs are decoded. */
    decoded(call) {
      const names = ['ID', 'Driver', 'Maintenance3'].map(name => `VkPhysicalDevice${name}Properties`);
      let pNext = 0n;
      const structs = ['VkPhysicalDeviceProperties2', ...names].toReversed().map(name => {
        const bytes = memoryOf(name, { pNext });
        pNext = bytes.bigint;
        return { bytes, type: koffiType(name) };
      });
      const [maintenance, driver, id, first] = structs;
      const decode = ({ bytes, type }: typeof first) => koffi.decode(bytes.u32, type);
      return () => {
        call(first.bytes);
        const { properties } = decode(first);
        return { properties, pNext: [decode(id), decode(driver), decode(maintenance)] };
      };
    },
    nvk: ({ nvk, gpu }) => ({
      make() {
        const pNext = [
          new nvk.VkPhysicalDeviceIDProperties(),
          new nvk.VkPhysicalDeviceDriverPropertiesKHR(),
          new nvk.VkPhysicalDeviceMaintenance3Properties(),
        ];
        const struct = new nvk.VkPhysicalDeviceProperties2();
        for (const [i, next] of pNext.entries()) link([struct, ...pNext][i], next);
        return { struct, pNext };
      },
      ask(made) {
        const { struct, pNext } = made as { struct: Properties; pNext: Properties['pNext'] };
        nvk.vkGetPhysicalDeviceProperties2(gpu, struct);
        return { properties: struct.properties, pNext };
      },
    }),
  };
}

export const properties: Subject = {
  name: 'properties',
  run(context) {
    const driver = openLavapipe();
    if (driver.missing !== undefined) return [missingRow('properties', driver.missing)];
    const rivals: Rivals = { context, driver: driver as OpenedLavapipe, nvk: openNvk(context.tools.nvk) };
    return [ask(rivals, memory(rivals.driver.gpu)), ask(rivals, properties2(rivals.driver.gpu))];
  },
};
