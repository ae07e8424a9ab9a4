// Calls commands with random right values, and compares each call with what C saw.

import { VulkanError } from '../../src/errors/errors.ts';
import { callbacks } from '../../src/handles/busy.ts';
import { isVulkanObject } from '../../src/handles/object.ts';
import { DEVICE_FORMS, QUEUE_FORMS } from '../../src/objects/async.ts';
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow } from '../../src/registry/rows.ts';
import { methodName, type Shape, shapeOf } from '../../src/registry/shape.ts';
import { Arguments } from './arguments.ts';
import type { Types } from './c-types.ts';
import type { Report } from './child.ts';
import { Comparison, countOf } from './compare.ts';
import type { GuardedBytes } from './guarded.ts';
import type { Judge, Seen, Told } from './judge.ts';
import { judgedStructs, selectingConstants } from './judged.ts';
import type { Command, Field, Model } from './model.ts';
import { Session } from './session.ts';
import { writtenStructs } from './source-write.ts';
import { StructRounds } from './struct-rounds.ts';
import { RightValues } from './values.ts';

type Methods = Record<string, (...args: unknown[]) => unknown>;

const VK_INCOMPLETE = 5;
/** How many random values are tried for one call: some are refused for reasons that chance cannot know. */
const TRIES = 60;
const ERRORS = [-1, -2, -4];

/** A call with right values. */
interface Planned {
  readonly name: string;
  readonly row: CommandRow;
  readonly command: Command;
  readonly shape: Shape;
  readonly self: unknown;
  /** The arguments without the chain that is asked for. */
  readonly args: readonly unknown[];
  readonly passed: readonly unknown[];
  /** The arguments as they were before the call. */
  readonly meant: readonly unknown[];
  readonly request: readonly string[];
  /** What the driver answers. */
  readonly result: number;
}

export class Rounds {
  readonly differences: string[] = [];
  readonly #judge: Judge;
  readonly #model: Model;
  readonly #types: Types;
  readonly #guarded: GuardedBytes;
  readonly #values: RightValues;
  readonly #session: Session;
  readonly #arguments: Arguments;
  readonly #structs: StructRounds;
  readonly #judged: ReadonlySet<string>;
  readonly #changed: readonly string[];
  readonly #headerNames: ReadonlyMap<string, string>;
  readonly #comparison: Comparison;
  readonly #written: ReadonlySet<string>;
  readonly #refused = new Map<string, number>();
  readonly #missed = new Map<string, string>();
  #calls = 0;
  #promised = 0;
  #reached = 0;

  constructor(judge: Judge, model: Model, types: Types, guarded: GuardedBytes, random: () => number) {
    this.#judge = judge;
    this.#model = model;
    this.#types = types;
    this.#guarded = guarded;
    const names = [...model.structs.keys()];
    this.#judged = judgedStructs(model, types);
    this.#changed = names.filter(name => !this.#judged.has(name));
    this.#comparison = new Comparison(model, types);
    this.#written = writtenStructs(model, types);
    this.#session = new Session(judge);
    this.#headerNames = new Map([...this.#judged].map(name => [registry.struct(name).name, name]));
    const known = new Set(this.#headerNames.keys());
    this.#values = new RightValues(
      random,
      this.#session.VkDevice.scope,
      known,
      selectingConstants(model),
      guarded,
    );
    this.#arguments = new Arguments(model, this.#values, this.#session.VkDevice);
    this.#structs = new StructRounds(judge, model, this.#comparison, this.#values, this.#session.VkDevice);
    judge.seen();
  }

  /** The struct of a type, which may have another name in the headers. */
  #headerName(name: string): string {
    return this.#headerNames.get(name) ?? name;
  }

  /** The commands that both the headers and the registry have. */
  get commands(): string[] {
    const names = [...this.#model.commands.map(c => c.name), ...this.#model.aliases.keys()];
    return names.filter(name => registry.tables.commands.has(name));
  }

  /** Calls a command until C has seen it so often. */
  play(name: string, rounds: number, log?: (...words: unknown[]) => void): void {
    const strange = this.#commandOf(name).params.find(p => this.#changed.includes(this.#types.named(p.type)));
    if (strange !== undefined) {
      this.#missed.set(name, `${strange.type} is not as the headers have it`);
      return;
    }
    let refusal = '';
    for (let round = 0; round < rounds; round++) {
      let seen = false;
      for (let tries = 0; tries < TRIES && !seen; tries++) {
        // Since C calls no function that it was given, compiled methods need not leave each call to the interpreter.
        callbacks.registered = 0;
        const outcome = this.#call(name, log);
        seen = outcome === undefined;
        if (outcome !== undefined) refusal = outcome;
      }
      if (!seen) {
        this.#missed.set(name, refusal);
        return;
      }
    }
    this.#reached++;
  }

  /** Lets C read and write every struct by itself. */
  playStructs(rounds: number): void {
    for (const name of this.#judged) {
      // The base struct of all others has no sType of its own.
      const { union } = this.#model.structs.get(name)!;
      for (let round = 0; round < rounds && !union && !name.startsWith('VkBase'); round++) {
        const refusal = this.#structs.read(name, TRIES);
        if (refusal !== undefined) this.#missed.set(name, refusal);
        if (this.#written.has(name)) this.#structs.write(name);
      }
      this.differences.push(...this.#comparison.differences.splice(0));
    }
    this.#guarded.release();
  }

  /** Calls each promise form until C has seen it so often. */
  async playPromises(rounds: number): Promise<void> {
    for (const name of this.commands) {
      const row = registry.command(name);
      const forms = row.params[0]?.base === 'VkQueue' ? QUEUE_FORMS : DEVICE_FORMS;
      if (!(forms as readonly string[]).includes(methodName(name))) continue;
      let seen = 0;
      for (let tries = 0; tries < rounds * TRIES && seen < rounds; tries++) {
        // A wait calls the command several times, with a shorter timeout.
        const planned = this.#plan(name, [0, 0, 0, ...ERRORS]);
        const { async: methods } = planned.self as { async: Methods };
        let [got, error]: unknown[] = [];
        try {
          got = await methods[methodName(name)](...planned.passed);
        } catch (thrown) {
          error = thrown;
        }
        if (this.#judgeCall(planned, got, error, /timeout: C saw/) === undefined) seen++;
      }
      this.#promised += seen === rounds ? 1 : 0;
      if (seen < rounds) this.#missed.set(`${name}, promise`, 'not seen');
    }
  }

  /** @returns the error if C did not see the call */
  #call(name: string, log?: (...words: unknown[]) => void): string | undefined {
    const { successCodes } = registry.command(name);
    const codes = [0, ...successCodes.filter(code => code !== VK_INCOMPLETE)];
    const planned = this.#plan(name, this.#values.chance(0.15) ? ERRORS : codes);
    let [got, error]: unknown[] = [];
    try {
      got = (planned.self as Methods)[methodName(name)](...planned.passed);
    } catch (thrown) {
      error = thrown;
    }
    return this.#judgeCall(planned, got, error, undefined, log);
  }

  /** Right values of a call, and what the driver answers. */
  #plan(name: string, results: readonly number[]): Planned {
    const values = this.#values;
    const row = registry.command(name);
    const command = this.#commandOf(name);
    const shape = shapeOf(row, registry);
    const args = this.#arguments.of(command, row, shape);
    const request = this.#request(row, shape);
    const passed =
      request === undefined
        ? args
        : [...args, { pNext: request.map(struct => registry.struct(struct).sType) }];
    const meant = copyOf(args) as unknown[];
    const self = this.#session.owner(row);
    const [result, room, growth] = [values.pick(results), values.int(5), values.int(4)];
    this.#judge.seen();
    this.#judge.answer({ result, room, growth, seed: values.int(2 ** 31) + 1 });
    this.#calls++;
    return { name, row, command, shape, self, args, passed, meant, request: request ?? [], result };
  }

  /** @param unlike differences that are expected */
  #judgeCall(
    planned: Planned,
    got: unknown,
    error: unknown,
    unlike?: RegExp,
    log?: (...words: unknown[]) => void,
  ): string | undefined {
    const { name, row, command, result } = planned;
    this.#judge.answer({});
    this.#guarded.release();
    // Commands that return addresses may be called before, for other commands.
    const calls = this.#judge.seen().filter(call => call.command === command.name);
    const seen = row.returns === 'PFN_vkVoidFunction' ? calls.slice(-1) : calls;
    log?.(name, planned.meant, { result, got, error, seen: JSON.stringify(seen) });
    if (seen.length === 0) {
      const words = error instanceof Error ? error.message : 'C was not called';
      const kind = words.replaceAll(/0x[0-9a-f]+n?|\d+n?/g, 'N').slice(0, 200);
      this.#refused.set(kind, (this.#refused.get(kind) ?? 0) + 1);
      return words;
    }
    for (const call of seen) this.#inputs(planned, call);
    const [last] = seen.slice(-1);
    if (last.fault === undefined) this.#outcome(planned, last, got, error);
    const answered = last.returned === undefined || result >= 0 ? '' : ` (which answered ${result})`;
    const found = this.#comparison.differences.splice(0).filter(text => !unlike?.test(text));
    this.differences.push(...found.map(text => `${name}${answered}: ${text}`));
    return undefined;
  }

  #commandOf(name: string): Command {
    return this.#model.commands.find(c => c.name === (this.#model.aliases.get(name) ?? name))!;
  }

  /** The structs that are asked for in an output's chain. */
  #request(row: CommandRow, shape: Shape): string[] | undefined {
    for (const i of shape.outputs) {
      const fact = registry.fact(row.params[i].base);
      if (fact.kind !== 'struct' || fact.row.extendedBy.length === 0) continue;
      return this.#values.chain(fact.row).filter(name => this.#written.has(this.#headerName(name)));
    }
    return undefined;
  }

  #inputs({ command, shape, meant, args, self, request }: Planned, seen: Seen): void {
    const comparison = this.#comparison;
    if (seen.fault !== undefined) {
      comparison.differences.push(seen.fault);
      return;
    }
    let next = 0;
    const values = new Map<string, unknown>();
    const given = command.params.map((p, i) => {
      const role = shape.roles[i];
      const passed = role === 'in' || role === 'buffer';
      const pair = passed
        ? { value: meant[next], after: args[next++] }
        : { value: undefined, after: undefined };
      values.set(p.name, pair.value);
      return pair;
    });
    for (const [i, p] of command.params.entries()) {
      const role = shape.roles[i];
      const told = seen.in[p.name];
      if (role === 'self') comparison.value(p, told, self, p.name);
      else if (role === 'count')
        comparison.value(p, told, countOf(p, command.params, Object.fromEntries(values)), p.name);
      else if (this.#types.isOutput(p)) this.#head(p, told, shape.outputs.includes(i) ? request : undefined);
      else comparison.value(p, told, given[i].value, p.name, given[i].after);
    }
  }

  /** Checks that a struct for Vulkan to fill has its sType, and the chain that was asked for. */
  #head(p: Field, told: Told | undefined, request: readonly string[] | undefined): void {
    if (told === null || typeof told !== 'object' || Array.isArray(told)) return;
    if (told.sType !== 'right')
      this.#comparison.differences.push(`${p.name}.sType: C saw ${String(told.sType)}`);
    const [chain, wanted] = [told.pNext as string[], (request ?? []).map(name => this.#headerName(name))];
    if (request !== undefined && chain.join() !== wanted.join())
      this.#comparison.differences.push(
        `${p.name}.pNext: C saw ${chain.join() || 'nothing'}, asked for was ${wanted.join() || 'nothing'}`,
      );
  }

  #outcome({ command, row, shape, args }: Planned, seen: Seen, got: unknown, error: unknown): void {
    const comparison = this.#comparison;
    const code = row.returns === 'VkResult' ? Number(BigInt.asIntN(32, BigInt(`0x${seen.returned}`))) : 0;
    if (code < 0) {
      if (!(error instanceof VulkanError) || error.result !== code)
        comparison.differences.push(`C answered ${code}, thrown was ${String(error)}`);
      return;
    }
    if (error !== undefined) {
      comparison.differences.push(`C answered ${code}, thrown was ${String(error)}`);
      return;
    }
    const single = shape.outputs.length === 1 && !shape.returnsResult;
    const returnsValue = row.returns !== 'void' && (row.returns !== 'VkResult' || shape.returnsResult);
    for (const i of shape.outputs) {
      const p = command.params[i];
      const value = single ? got : (got as Record<string, unknown>)[p.name];
      comparison.output(this.#asOutput(p, shape, i), seen.out[p.name], value, `${p.name} (out)`);
    }
    // Outputs that Vulkan writes into the script's memory.
    let next = 0;
    for (const [i, role] of shape.roles.entries()) {
      const given = role === 'in' || role === 'buffer' ? args[next++] : undefined;
      const told = role === 'buffer' ? seen.out[command.params[i].name] : undefined;
      if (told !== undefined)
        comparison.value(command.params[i], told, given, `${command.params[i].name} (out)`);
    }
    if (!returnsValue) return;
    const value = shape.outputs.length > 0 ? (got as { result: unknown }).result : got;
    comparison.value(
      { ...VALUE, type: row.returns.startsWith('PFN') ? 'size_t' : row.returns },
      seen.returned,
      value,
      'returned',
    );
  }

  /** Compares what is returned through a pointer, which is a value or an array of values. */
  #asOutput(p: Field, shape: Shape, i: number): Field {
    if (p.depth > 1) return { ...p, depth: p.depth - 1, length: [] };
    return shape.roles[i] === 'out' && this.#types.kind(p.type) !== 'bytes'
      ? { ...p, depth: 0, length: [] }
      : p;
  }

  report(): Report {
    const account = this.#judge.account();
    const judged = [...this.#judged];
    const unread = judged.filter(name => account.get(name)!.read === 0);
    return {
      version: this.#model.version,
      commands: this.commands.length,
      reached: this.#reached,
      missed: Object.fromEntries(this.#missed),
      calls: this.#calls,
      promised: this.#promised,
      refused: Object.fromEntries([...this.#refused].sort(([, a], [, b]) => b - a)),
      differences: this.differences.slice(0, 4000),
      differing: this.differences.length,
      structs: judged.length,
      read: judged.length - unread.length,
      written: judged.filter(name => account.get(name)!.written > 0).length,
      unread,
      changed: [...this.#changed],
    };
  }
}

const VALUE: Field = {
  ...{ name: '', type: '', depth: 0, constant: false, extents: [], isBitField: false, length: [] },
  ...{ optional: false, noautovalidity: false, stride: '', selector: '', selection: [], sType: '' },
};

/** Copies what a call may change; objects stay the same. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Uint8Array || value instanceof DataView)
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  if (ArrayBuffer.isView(value)) return (value as Uint16Array).slice();
  if (typeof value !== 'object' || value === null || isVulkanObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
}
