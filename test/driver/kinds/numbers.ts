// Cases about enumerated values that the registry does not list, and about handles that are numbers beside an object type.
import { VkDebugReportObjectTypeEXT, VkObjectType } from '../../../ffi/rows/enums.ts';
import { registry } from '../../../src/registry/registry.ts';
import type { Member, StructRow } from '../../../src/registry/rows.ts';
import { all, type Bench, type Case, expectRefused, expectSeen, type ToldStruct } from './bench.ts';

/** Members with an enumerated value, in structs that programs pass. */
function enumerated({ rows }: Bench): { row: StructRow; m: Member }[] {
  return (
    rows
      // The type of a layer setting says what its values are, that of an update template which layout is needed.
      .filter(row => !row.returnedOnly && !row.union && !TYPED.includes(row.name))
      .flatMap(row =>
        row.members
          .filter(m => m.name !== 'sType' && m.pointers === '' && m.extents.length === 0)
          .filter(m => registry.fact(m.base).kind === 'enum' && !m.base.includes('FlagBits') && m.bits === 0)
          // A value that chooses the arm of a union, or the type of a handle, must be known.
          .filter(m => !row.members.some(other => other.selector === m.name || other.objectType === m.name))
          .map(m => ({ row, m })),
      )
  );
}

const TYPED = ['VkLayerSettingEXT', 'VkDescriptorUpdateTemplateCreateInfo'];
const UNLISTED = 1_000_999_001;

interface Named {
  readonly command: string;
  call(handle: bigint): unknown;
  /** The handle as C saw it. */
  told(seen: ToldStruct): unknown;
}

/** The members and parameters with an object type beside them. */
function named({ session, values }: Bench): Named[] {
  const { VkDevice: device, VkInstance: instance } = session;
  const objectType = VkObjectType.BUFFER;
  const reported = VkDebugReportObjectTypeEXT.BUFFER;
  const slot = values.handle('VkPrivateDataSlot') as never;
  const tag = { tagName: 1n, pTag: values.bytes(4) };
  return [
    {
      command: 'vkSetDebugUtilsObjectNameEXT',
      call: objectHandle => device.setDebugUtilsObjectNameEXT({ objectType, objectHandle, pObjectName: 'n' }),
      told: seen => (seen.pNameInfo as ToldStruct).objectHandle,
    },
    {
      command: 'vkSetDebugUtilsObjectTagEXT',
      call: objectHandle => device.setDebugUtilsObjectTagEXT({ objectType, objectHandle, ...tag }),
      told: seen => (seen.pTagInfo as ToldStruct).objectHandle,
    },
    {
      command: 'vkDebugMarkerSetObjectNameEXT',
      call: object => device.debugMarkerSetObjectNameEXT({ objectType: reported, object, pObjectName: 'n' }),
      told: seen => (seen.pNameInfo as ToldStruct).object,
    },
    {
      command: 'vkDebugMarkerSetObjectTagEXT',
      call: object => device.debugMarkerSetObjectTagEXT({ objectType: reported, object, ...tag }),
      told: seen => (seen.pTagInfo as ToldStruct).object,
    },
    {
      command: 'vkDebugReportMessageEXT',
      call: object => instance.debugReportMessageEXT(1, reported, object, 0n, 0, 'layer', 'message'),
      told: seen => seen.object,
    },
    {
      command: 'vkSetPrivateData',
      call: handle => device.setPrivateData(objectType, handle, slot, 5n),
      told: seen => seen.objectHandle,
    },
    {
      command: 'vkSetPrivateData',
      call: handle => device.setPrivateDataEXT(objectType, handle, slot, 5n),
      told: seen => seen.objectHandle,
    },
    {
      command: 'vkGetPrivateData',
      call: handle => device.getPrivateData(objectType, handle, slot),
      told: seen => seen.objectHandle,
    },
  ];
}

export const numbers: readonly Case[] = [
  {
    name: '8 an enumerated value that the registry does not list reaches C',
    run(bench) {
      const members = enumerated(bench);
      all(
        members.map(({ row, m }) => () => {
          const what = `${row.name}.${m.name}`;
          const { in: seen } = expectSeen(
            bench.encode(row, { ...bench.right(row), [m.name]: UNLISTED }),
            what,
          );
          const told = (seen.p as ToldStruct)[m.name];
          if (told !== UNLISTED.toString(16)) throw new Error(`${what}: C saw ${String(told)}`);
        }),
      );
      const happened = bench.call('vkGetPhysicalDeviceFormatProperties', () =>
        bench.session.VkPhysicalDevice.getPhysicalDeviceFormatProperties(UNLISTED as never),
      );
      if (expectSeen(happened, 'a parameter').in.format !== UNLISTED.toString(16))
        throw new Error('a parameter');
      return `${members.length} members`;
    },
  },
  {
    name: '8 the undefined of a mistyped enumerator is refused',
    run(bench) {
      const members = enumerated(bench);
      all(
        members.map(({ row, m }) => () => {
          const value = { ...bench.right(row), [m.name]: undefined };
          expectRefused(bench.encode(row, value), new RegExp(m.name), `${row.name}.${m.name}`);
        }),
      );
      return `${members.length} members`;
    },
  },
  {
    name: '9 a handle beside its object type is looked up by that type',
    run(bench) {
      const places = named(bench);
      all(
        places.flatMap(({ command, call, told }) => [
          () => {
            const handle = bench.values.handle('VkBuffer') as bigint;
            const { in: seen } = expectSeen(
              bench.call(command, () => call(handle)),
              command,
            );
            if (told(seen) !== handle.toString(16))
              throw new Error(`${command}: C saw ${String(told(seen))}`);
          },
          () =>
            expectRefused(
              bench.call(command, () => call(0x1234n)),
              /object/,
              `${command}, forged`,
            ),
          () => {
            const image = bench.values.handle('VkImage') as bigint;
            expectRefused(
              bench.call(command, () => call(image)),
              /object/,
              `${command}, of another type`,
            );
          },
        ]),
      );
      return places.map(({ command }) => command).join(', ');
    },
  },
];
