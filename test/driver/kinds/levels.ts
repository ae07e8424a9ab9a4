// Cases about commands that are missing: each is there once what provides it is enabled, and the advice of the error works.
import { API_VERSION_1_0, NotAvailableError } from '../../../src/index.ts';
import { dependsWays, versionOfName } from '../../../src/registry/depends.ts';
import { registry } from '../../../src/registry/registry.ts';
import { DISPATCHABLE_CLASSES, methodName } from '../../../src/registry/shape.ts';
import { all, type Bench, type Case } from './bench.ts';

/** What a program asks for. */
interface Wanted {
  readonly version: number;
  readonly instance: readonly string[];
  readonly device: readonly string[];
}

const kindOf = (name: string) => registry.extension(name)?.kind;

function wanted(way: readonly string[]): Wanted {
  return {
    version: Math.max(API_VERSION_1_0, ...way.map(name => versionOfName(name) ?? 0)),
    instance: way.filter(name => kindOf(name) === 'instance'),
    device: way.filter(name => kindOf(name) === 'device'),
  };
}

/** The error if a command is missing with these versions and extensions; undefined if it is there. */
function absence(bench: Bench, command: string, { version, instance, device }: Wanted): string | undefined {
  bench.judge.answer({ offers: true });
  const { session } = bench;
  const made = session.instance(instance, version);
  const [gpu] = made.enumeratePhysicalDevices();
  const opened = session.device(device, gpu);
  const commandPool = opened.createCommandPool({ queueFamilyIndex: 0 });
  const [commandBuffer] = opened.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
  const objects: Record<string, unknown> = {
    VkInstance: made,
    VkPhysicalDevice: gpu,
    VkDevice: opened,
    VkQueue: opened.getDeviceQueue(0, 0),
    VkCommandBuffer: commandBuffer,
  };
  const row = registry.command(command);
  const first = row.params[0]?.base ?? '';
  const lesser = row.level === 'device' ? opened : session.vulkan;
  const object =
    DISPATCHABLE_CLASSES.includes(first) && row.params[0].pointers === '' ? objects[first] : lesser;
  try {
    (object as Record<string, () => unknown>)[methodName(command)]();
  } catch (error) {
    if (error instanceof NotAvailableError) return error.message;
  }
  return undefined;
}

const commandsOf = ({ model }: Bench): string[] =>
  [...model.commands.map(c => c.name), ...model.aliases.keys()].filter(
    name => registry.tables.commands.has(name) && !/^vk(Create|Destroy)(Instance|Device)$/.test(name),
  );

/** What a sentence of advice asks for, without `call X`. */
function followed(advice: string): Wanted {
  const names = [...advice.matchAll(/VK_[A-Z]\w+/g)].map(([name]) => name);
  const [, version] = /Vulkan (\d+\.\d+)/.exec(advice) ?? [];
  return wanted([...names, ...(version === undefined ? [] : [`VK_VERSION_${version.replace('.', '_')}`])]);
}

export const levels: readonly Case[] = [
  {
    name: '1 commands are there with what each of their providers names, no more',
    run(bench) {
      const ways = commandsOf(bench).flatMap(name =>
        dependsWays(registry.command(name).providers).map(way => ({ name, way })),
      );
      const known = new Set(bench.model.extensions.map(e => e.name));
      // Only what the headers have.
      const mine = ways.filter(({ way }) => way.every(n => versionOfName(n) !== undefined || known.has(n)));
      all(
        mine.map(({ name, way }) => () => {
          const error = absence(bench, name, wanted(way));
          if (error !== undefined) throw new Error(`with ${way.join(' and ')}: ${error}`);
        }),
      );
      const ofInstance = mine.filter(
        ({ name, way }) =>
          registry.command(name).level === 'device' && way.some(n => kindOf(n) === 'instance'),
      );
      return `${mine.length} ways to ${commandsOf(bench).length} commands; ${ofInstance.length} device commands by an instance extension`;
    },
  },
  {
    name: '1 advice about a command that is not there works when it is followed',
    run(bench) {
      const commands = commandsOf(bench);
      let given = 0;
      all(
        commands.map(name => () => {
          const said = absence(bench, name, wanted([]));
          if (said === undefined) return;
          given++;
          const advice = said.slice(said.indexOf(':') + 1);
          for (const way of advice.split('; or ')) {
            const other = /call (vk\w+)/.exec(way)?.[1] ?? name;
            // It is newer than these headers.
            if (!commands.includes(other)) continue;
            const again = absence(bench, other, followed(way));
            if (again !== undefined) throw new Error(`${said}\n    followed (${way.trim()}): ${again}`);
          }
        }),
      );
      return `${given} commands`;
    },
  },
];
