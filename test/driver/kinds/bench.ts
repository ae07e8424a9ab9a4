// Gives each case about a kind of fault the driver in C, its objects, random values, and what happened at a call.
import { randomFrom } from '../../../scripts/fuzz/values.ts';
import { Call } from '../../../src/marshal/call.ts';
import { structEncoder } from '../../../src/marshal/encode.ts';
import { ArgumentError } from '../../../src/native/argument-error.ts';
import { layoutOf } from '../../../src/native/row-types.ts';
import { registry } from '../../../src/registry/registry.ts';
import type { StructRow } from '../../../src/registry/rows.ts';
import { Types } from '../c-types.ts';
import type { GuardedBytes } from '../guarded.ts';
import type { Answer, Judge, Seen, Told } from '../judge.ts';
import { judgedStructs, selectingConstants } from '../judged.ts';
import type { Model } from '../model.ts';
import { Session } from '../session.ts';
import { RightValues } from '../values.ts';

export type ToldStruct = { readonly [member: string]: Told };

/** A case: it throws an error that says what went wrong. */
export interface Case {
  readonly name: string;
  /** @returns what was tested, in a few words */
  run(bench: Bench): string | Promise<string>;
}

/** What happened at a call. */
export interface Happened {
  /** The message of the error, if one was thrown. */
  readonly refused: string | undefined;
  readonly error: unknown;
  /** What C saw of the command; undefined if it was not called. */
  readonly seen: Seen | undefined;
  readonly got: unknown;
}

export class Bench {
  readonly judge: Judge;
  readonly model: Model;
  readonly session: Session;
  readonly values: RightValues;
  /** Structs that are the same in the headers and in the registry. */
  readonly rows: readonly StructRow[];

  constructor(judge: Judge, model: Model, guarded: GuardedBytes) {
    this.judge = judge;
    this.model = model;
    this.session = new Session(judge);
    const names = [...judgedStructs(model, new Types(model))].filter(name => !name.startsWith('VkBase'));
    this.rows = names.map(registry.struct);
    const known = new Set(this.rows.map(row => row.name));
    this.values = new RightValues(
      randomFrom(11),
      this.session.VkDevice.scope,
      known,
      selectingConstants(model),
      guarded,
    );
  }

  /** Makes a call that the driver answers so. */
  call(command: string, call: () => unknown, answer: Answer = {}): Happened {
    this.judge.seen();
    this.judge.answer(answer);
    let [got, error]: unknown[] = [];
    try {
      got = call();
    } catch (thrown) {
      error = thrown;
    } finally {
      this.judge.answer({});
    }
    const name = this.model.aliases.get(command) ?? command;
    const seen = this.judge
      .seen()
      .filter(one => one.command === name)
      .at(-1);
    return { refused: error === undefined ? undefined : (error as Error).message, error, seen, got };
  }

  /** Lets C read a struct by itself. */
  encode(row: StructRow, value: Record<string, unknown>): Happened {
    const headerName = this.headerName(row);
    const call = Call.begin(this.session.VkDevice);
    const encoded = () => {
      try {
        const at = call.stack.reserve(layoutOf(row).size);
        const { chunk } = call.stack;
        structEncoder(row)(call, chunk, at, value);
        this.judge.read(headerName, chunk.address + at);
      } catch (error) {
        throw error instanceof ArgumentError ? error.toError(row.name) : error;
      } finally {
        call.end();
      }
    };
    return this.call(headerName, encoded);
  }

  /** A random value that is accepted. */
  right(row: StructRow): Record<string, unknown> {
    for (let tries = 0; tries < 60; tries++) {
      const value = this.values.struct(row);
      if (this.encode(row, value).seen !== undefined) return value;
    }
    throw new Error(`${row.name}: no random value is taken`);
  }

  /** The struct's name in the headers. */
  headerName(row: StructRow): string {
    if (this.model.structs.has(row.name)) return row.name;
    return [...this.model.structs.keys()].find(
      name => registry.tables.structs.has(name) && registry.struct(name) === row,
    )!;
  }
}

/** Expects that a call was refused before C was called, with a matching message. */
export function expectRefused({ refused, seen }: Happened, words: RegExp, what: string): void {
  if (seen?.fault !== undefined) throw new Error(`${what}: not refused: ${seen.fault}`);
  if (seen !== undefined)
    throw new Error(`${what}: not refused: C saw ${JSON.stringify(seen.in).slice(0, 300)}`);
  if (refused === undefined) throw new Error(`${what}: nothing happened`);
  if (!words.test(refused)) throw new Error(`${what}: refused with other words: ${refused}`);
}

/** Expects that C saw the call, and could read all its memory. */
export function expectSeen({ refused, seen }: Happened, what: string): Seen {
  if (seen === undefined) throw new Error(`${what}: ${refused ?? 'C was not called'}`);
  if (seen.fault !== undefined) throw new Error(`${what}: ${seen.fault}`);
  return seen;
}

/** Runs all checks, and throws their errors as one. */
export function all(checks: readonly (() => void)[]): void {
  const said = checks.flatMap(check => {
    try {
      check();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  if (said.length > 0)
    throw new Error(`${said.length} of ${checks.length}:\n${said.slice(0, 12).join('\n')}`);
}
