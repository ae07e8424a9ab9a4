// Random right arguments of a command, those that belong together chosen together.
import type { VkDescriptorSetLayout } from '../../ffi/types/structs.ts';
import { keep } from '../../scripts/fuzz/values.ts';
import type { Device } from '../../src/index.ts';
import { evaluateLength } from '../../src/registry/length.ts';
import type { CommandRow, Member } from '../../src/registry/rows.ts';
import type { Shape } from '../../src/registry/shape.ts';
import { countOf } from './compare.ts';
import type { Command, Model } from './model.ts';
import { INNER_LENGTHS } from './prose.ts';
import type { RightValues } from './values.ts';

type Named = Record<string, unknown>;

export class Arguments {
  readonly #model: Model;
  readonly #values: RightValues;
  readonly #device: Device;

  constructor(model: Model, values: RightValues, device: Device) {
    this.#model = model;
    this.#values = values;
    this.#device = device;
  }

  of(command: Command, row: CommandRow, shape: Shape): unknown[] {
    const special = SPECIAL[command.name]?.(this.#device, this.#values);
    if (special !== undefined) return special;
    const values = this.#values;
    const lengths = new Map<string, number>();
    const named: Named = {};
    const given = row.params.filter((_, i) => shape.roles[i] === 'in' || shape.roles[i] === 'buffer');
    for (const p of given) {
      if ((p.optional || p.noautovalidity) && values.chance(0.3)) continue;
      const [expression] = p.length;
      if (expression !== undefined && /->|[+*/-]/.test(expression))
        lengths.set(
          expression,
          evaluateLength(expression, path => this.#sizeAt(path, named, command)),
        );
      named[p.name] = this.#inner(command, p, named) ?? values.member(p, 0, lengths);
    }
    for (const rule of row.rules) keep(rule, named);
    return given.map(p => named[p.name]);
  }

  /** `pBuildInfo->geometryCount`, which the script may leave to its arrays. */
  #sizeAt(path: string, named: Named, command: Command): number {
    const [name, member] = path.split('->');
    const value = named[name];
    if (member === undefined) return Number(value ?? 0);
    const struct = this.#model.structs.get(command.params.find(p => p.name === name)!.type)!;
    const m = struct.members.find(other => other.name === member)!;
    const given = (value ?? {}) as Named;
    return Number(given[member] ?? countOf(m, struct.members, given) ?? 0);
  }

  /** Arrays of arrays whose lengths stand in an array beside them. */
  #inner(command: Command, p: Member, named: Named): unknown[][] | undefined {
    const length = INNER_LENGTHS[`${command.name}.${p.name}`];
    if (length === undefined) return undefined;
    const [, list, member] = /^(\w+)\[i\]\.(\w+)$/.exec(length('i'))!;
    return (named[list] as unknown[]).map(info =>
      Array.from({ length: this.#sizeAt(`${list}->${member}`, { [list]: info }, command) }, () =>
        this.#values.element(p, 0),
      ),
    );
  }
}

/** Arguments that chance alone does not find. */
const SPECIAL: Readonly<Record<string, (device: Device, values: RightValues) => unknown[]>> = {
  vkFreeDescriptorSets(device, values) {
    const descriptorPool = device.createDescriptorPool({ maxSets: 4, pPoolSizes: [] });
    const pSetLayouts = Array.from(
      { length: 1 + values.int(3) },
      () => values.handle('VkDescriptorSetLayout') as VkDescriptorSetLayout,
    );
    return [descriptorPool, device.allocateDescriptorSets({ descriptorPool, pSetLayouts })];
  },
};
