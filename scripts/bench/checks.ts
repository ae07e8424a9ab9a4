// Lists the checks in the code of a call, and leaves one of them out of the library's code: the difference is what it costs.
// The runtime has no switch for that: the text of its methods and encoders is changed before it is compiled.

export interface Check {
  readonly name: string;
  /** What it makes sure of. */
  readonly looks: string;
  /** The check in the text, and what replaces it. */
  readonly edits: readonly (readonly [pattern: RegExp, without: string])[];
}

const WORD = String.raw`typeof (\w+) === 'number' && \((?:\1 >>> 0|\1 \| 0)\) === \1`;

export const checks: readonly Check[] = [
  {
    name: 'object',
    looks: 'the object is of its class, alive, and of this thread',
    edits: [[/isCallable\(me, this, '\w+'\)/g, 'true']],
  },
  {
    name: 'handles',
    looks: 'handles are alive and of this device; without it each is made a number',
    edits: [
      [/typeof (\w+) === 'bigint' && \(h\d+ = me\.scope\.live\[\d+\]\?\.get\(\1\)\) !== undefined/g, 'true'],
      [/\(h(\d+) === undefined \? 0 : h\d+\.argument\)/g, '(a$1 === undefined ? 0 : Number(a$1))'],
      [/\bh(\d+)\.argument/g, 'Number(a$1)'],
      [/typeof (\w+) === 'bigint' && call\.scope\.live\[\d+\]\?\.has\(\1\) === true/g, 'true'],
    ],
  },
  {
    name: 'numbers',
    looks: 'numbers are whole and fit, enumerators are single bits',
    edits: [
      [/typeof (\w+) === 'number' && \1 > 0 && \(\1 \| 0\) === \1 && \(\1 & \(\1 - 1\)\) === 0/g, 'true'],
      [new RegExp(WORD, 'g'), 'true'],
      [/Number\.isSafeInteger\((\w+)\) && \1 >= 0/g, 'true'],
      [/ && BigInt\.asUintN\(64, (\w+)\) === \1/g, ''],
    ],
  },
  {
    name: 'in use',
    looks: 'nothing that the call uses is in use, or ended by a callback meanwhile',
    edits: [
      [/callbacks\.\w+ === 0/g, 'true'],
      [/inUse\.size === 0/g, 'true'],
      [/me\.scope\.related === 0/g, 'true'],
      [/h\d+\?\.\w+ === undefined/g, 'true'],
      [/\(call\.\w+ \|\| call\.\w+ \|\| callbacks\.\w+ > 0\) && call\.recheck\(\), /g, ''],
      [/if \(call\.used !== undefined\) call\.use\([^;]*\);/g, ''],
    ],
  },
  {
    name: 'members',
    looks: 'a struct is an object, its sType its own, and it has no member that Vulkan does not know',
    edits: [
      [/^if \(typeof o !== 'object' .*\) checkObject\(.*\);$/gm, ''],
      [/^const s = o\.sType;\nif \(s !== undefined\) .*$/gm, ''],
      [/^for \(const key in o\) keys\+\+;\nif \(n !== keys .*\) checkKeys\(.*\);$/gm, ''],
    ],
  },
  {
    name: 'rules',
    looks: 'counts, sizes and single numbers are what the specification allows',
    edits: [
      [/^if \(.*\) checkStruct\(.*\);$/gm, ''],
      [/^if \(.*\) checkArrays\(.*\);$/gm, ''],
      [/^if \(.*\) checkLinks\(.*\);$/gm, ''],
      [/^k\d+\(this, .*\);$/gm, ''],
      [/^if \(!\(.* > 0\)\) k\d+\(.*\);$/gm, ''],
      [/ && \(typeof (\w+) === 'number' \? \1 % \d+ === 0 : \1 % \d+n === 0n\)/g, ''],
      [/ && l\d+ % \d+ === 0/g, ''],
      [/ && l\d+ > 0(?= &&)/g, ''],
      [/ && a\d+ != 0/g, ''],
    ],
  },
  {
    name: 'memory',
    looks: 'bytes that C reads are there until it has returned',
    edits: [[/^kept\.\w+ = .*;$/gm, '']],
  },
  {
    name: 'names',
    looks: 'which member an error would name',
    edits: [[/^r = '[^']*';$/gm, '']],
  },
];

let made = 0;

/**
 * The methods and encoders that the library makes during `run` have none of these checks; `edited` is called with each
 * pattern that was found. Each text gets a comment of its own, since V8 shares what it learns among functions of equal text.
 */
export async function leavingOut<T>(
  left: readonly Check[],
  edited: (pattern: RegExp) => void,
  run: () => Promise<T>,
): Promise<T> {
  const { Function: real } = globalThis;
  const edit = (text: string): string => {
    let without = text;
    for (const [pattern, instead] of left.flatMap(check => check.edits)) {
      const before = without;
      without = without.replaceAll(pattern, instead);
      if (without !== before) edited(pattern);
    }
    return `${without}\n// ${made++}`;
  };
  globalThis.Function = new Proxy(real, {
    construct: (target, texts: string[]) => new target(...texts.slice(0, -1), edit(texts.at(-1)!)),
  });
  try {
    return await run();
  } finally {
    globalThis.Function = real;
  }
}
