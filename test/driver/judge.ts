// Loads the driver in C, tells it what to answer, and reads what it saw.
import { addressOf, callable, copy, openLibrary, prototype } from '../../src/native/koffi.ts';

/** A value as C tells it: integers as hexadecimal digits, text as text, bytes as two digits each. */
export type Told = string | boolean | null | Told[] | { [member: string]: Told };

/** A call as C saw it. */
export interface Seen {
  readonly command: string;
  /** Its parameters, read before it wrote anything. */
  readonly in: Record<string, Told>;
  /** What C wrote through them. */
  readonly out: Record<string, Told>;
  readonly returned?: string;
  /** The place where C read or wrote behind the end of memory; then it stopped there. */
  readonly fault?: string;
}

/** How the driver answers the next calls. */
export interface Answer {
  /** The VkResult that commands return. */
  readonly result?: number;
  /** How many elements enumerations have, and how many bytes data has. */
  readonly room?: number;
  /** How often an enumeration has one element more when it is asked again. */
  readonly growth?: number;
  /** The seed of the values that C writes. */
  readonly seed?: number;
  /** Whether the extensions that it enumerates are those of the headers. */
  readonly offers?: boolean;
  /** Which handles of an array are made; if not all are, outputs are written on errors too. */
  readonly gives?: 'all' | 'none' | 'every other';
  /** Whether the driver calls the functions that it was given, instead of telling only their addresses. */
  readonly calls?: boolean;
}

export class Judge {
  readonly library: string;
  readonly #call: (
    name: string,
    result: string,
    parameters: string[],
  ) => (...args: number[]) => number | bigint | undefined;

  constructor(library: string) {
    this.library = library;
    const opened = openLibrary(library);
    const functions = new Map<string, ReturnType<typeof callable>>();
    this.#call = (name, result, parameters) => {
      let fn = functions.get(name);
      if (fn === undefined) {
        fn = callable(opened.symbol(name)!, prototype(result, parameters));
        functions.set(name, fn);
      }
      return fn as never;
    };
  }

  answer({
    result = 0,
    room = 3,
    growth = 0,
    seed = 1,
    offers = false,
    gives = 'all',
    calls = false,
  }: Answer): void {
    const types = ['int32_t', 'uint32_t', 'uint32_t', 'uint32_t', 'int32_t', 'int32_t', 'int32_t'];
    const given = ['all', 'none', 'every other'].indexOf(gives);
    this.#call('judge_set', 'void', types)(result, room, growth, seed, offers ? 1 : 0, given, calls ? 1 : 0);
  }

  /** The number of handles that were given out; setting it back makes the driver give the same values again. */
  get nextHandle(): number {
    return Number(this.#call('judge_next_handle', 'uint64_t', [])());
  }

  set nextHandle(place: number) {
    this.#call('judge_again_from', 'void', ['uint64_t'])(place);
  }

  /** What the function that the driver called last returned. */
  get answered(): number {
    return Number(this.#call('judge_answered', 'uint32_t', [])());
  }

  /** Lets C read a struct at an address, as if it had come in a call. */
  read(struct: string, address: number): void {
    this.#struct('judge_read', struct, address);
  }

  /** Lets C write those members of a struct that Vulkan writes. */
  write(struct: string, address: number): void {
    this.#struct('judge_write', struct, address);
  }

  #struct(name: string, struct: string, address: number): void {
    const text = Buffer.from(`${struct}\0`);
    this.#call(name, 'void', ['uintptr_t', 'uintptr_t'])(addressOf(text), address);
  }

  /** The calls since this was read last. */
  seen(): Seen[] {
    return this.#lines() as Seen[];
  }

  /** How often each struct was read and written, and by whom. */
  account(): Map<string, { read: number; written: number }> {
    this.#lines();
    this.#call('judge_account', 'void', [])();
    const [counts] = this.#lines() as Record<string, [number, number]>[];
    return new Map(Object.entries(counts).map(([name, [read, written]]) => [name, { read, written }]));
  }

  /** Protects these pages from now on. */
  guard(address: number, size: number): void {
    const failed = this.#call('judge_guard', 'int32_t', ['uintptr_t', 'size_t'])(address, size);
    if (failed !== 0) throw new Error(`mprotect refused ${size} bytes at ${address}`);
  }

  #lines(): unknown[] {
    const size = Number(this.#call('judge_log_size', 'size_t', [])());
    if (size === 0) return [];
    const text = Buffer.alloc(size);
    copy(addressOf(text), this.#call('judge_log', 'uintptr_t', [])() as number, size);
    this.#call('judge_forget', 'void', [])();
    return text
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as unknown);
  }
}
