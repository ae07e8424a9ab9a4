// The rules of validusage.json on arrays and counts: when an optional array is read, and which counts in a chain must be
// equal.
import type { ArrayRule, Condition, CountLink, SizeRule } from '../../src/registry/length-rule.ts';
import type { CommandRow, StructRow } from '../../src/registry/rows.ts';
import type { Sentence } from './model.ts';
import type { ResolvedRegistry } from './resolve.ts';

/** The sentences about a struct or command. */
type SentencesOf = (owner: string) => readonly Sentence[];

const NAMES = String.raw`VK_\w+(?:(?:, or|,| or) VK_\w+)*`;
const WHEN = String.raw`If (?<when>\w+) (?<test>is|includes|does not include) (?<values>${NAMES})`;

/** Sentences on when an array is read. */
const ARRAYS: readonly RegExp[] = [
  `^(?:${WHEN}(?: and \\w+ is not 0)?, (?:then )?)?(?:If \\w+ is not 0, )?(?<array>\\w+) must (?:be a valid pointer to an array of|not be NULL)`,
  `^${WHEN}, each element of (?<array>\\w+) must be either a valid`,
].map(source => new RegExp(source));

/**
 * Sentences on arrays of a pipeline, or of a struct in its chain. Only those without a dynamic state: then a count without
 * an array is always a mistake.
 */
const PIPELINE =
  /^If the pipeline requires (?!.*dynamic).*, (?:(?<struct>Vk\w+)::)?(?<array>\w+) must be a valid pointer to an array of/;

/** Sentences on two arrays of which at most one may be given. */
const ALTERNATIVES =
  /^(?:If \w+ is not 0, )?(?<amount>exactly|Only) one of (?<one>\w+) or (?<other>\w+) (?:must|can) be a valid pointer, the other must be NULL$/;

/** Sentences of a command that takes an array of structs, on an array in each struct. */
const ELEMENTS =
  /^For each element i where (?<array>\w+)\[i\]\.(?<when>\w+) is (?<values>VK_.*?), \k<array>\[i\]\.(?<inner>\w+) must be a valid pointer to an array of/;

/** Sentences of a chained struct, on its count and a count of the struct that it extends. */
const CHAINED: readonly RegExp[] = [
  /^(?:If (?<unless>\w+) is not (?:zero|0), )?(?<member>\w+) must (?:equal|be equal to|be the same value as) (?<zero>0 or )?(?<extended>Vk\w+)::(?<count>\w+)(?:$|, where)/,
  /^(?<member>\w+) must be equal to (?<count>\w+) in the extended structure$/,
];

/** Sentences of a struct with a chain, on its count and a count of a struct in the chain. */
const EXTENDED: readonly RegExp[] = [
  /^If (?<struct>Vk\w+)::(?<member>\w+) is not (?<zero>0), it must be equal to (?<count>\w+)$/,
  /^If the pNext chain includes an? (?<struct>Vk\w+) structure,? (?:and|if) its (?<member>\w+) member is not (?<zero>zero), (?:that member|it) must be equal to (?:the value of )?(?<count>\w+)$/,
  // Values for semaphores of the other type are read, though ignored.
  /^If the pNext chain of this structure includes an? (?<struct>Vk\w+) structure (?<zero>and any element of \w+ was created with) .*,? then its (?<member>\w+) member must equal (?<count>\w+)$/,
  /^If .*, the (?<member>\w+) member of an? (?<struct>Vk\w+) structure in the pNext chain must be equal to either (?<zero>zero) or (?<count>\w+)$/,
  /^If (?<when>\w+) (?<test>is) (?<values>VK_\w+), the pNext chain must include an? (?<struct>Vk\w+) structure whose (?<member>\w+) member equals (?<count>\w+)$/,
];

const FACTOR = String.raw`(?:Vk\w+::)?\w+`;
/** Sentences on the minimum size of memory, by its pointer or its size parameter. */
const SIZE = new RegExp(
  `^(?<bytes>\\w+) must (?:be at least|be greater than or equal to|point to a buffer that is at least) (?<factors>${FACTOR}(?: ?[×*] ?${FACTOR})*)(?: bytes in size)?$`,
);

type Groups = Record<string, string | undefined>;

const groupsOf = (sentences: readonly RegExp[], text: string): Groups | undefined =>
  sentences.map(sentence => sentence.exec(text)?.groups).find(Boolean);

const hasMembers = (row: StructRow | undefined, ...members: (string | undefined)[]): boolean =>
  members.every(name => name === undefined || row?.members.some(m => m.name === name));

/** Collects the rules on arrays and counts, by struct. */
class LengthRules {
  readonly arrays = new Map<string, ArrayRule[]>();
  readonly links = new Map<string, CountLink[]>();
  readonly structs: ReadonlyMap<string, StructRow>;
  /** The values of enumerants and constants. */
  readonly #numbers: ReadonlyMap<string, unknown>;

  constructor({ enums, constants, structs }: ResolvedRegistry) {
    this.structs = new Map(structs.map(row => [row.name, row]));
    this.#numbers = new Map<string, unknown>([
      ...constants,
      ...enums.flatMap(e => e.members.map(m => [m.cName, m.value] as const)),
    ]);
  }

  #conditionOf({ when, test, values }: Groups): Condition | undefined {
    if (when === undefined || values === undefined) return undefined;
    return {
      member: when,
      test: test === 'includes' ? '&' : test === 'does not include' ? '!' : '=',
      values: values.match(/VK_\w+/g)!.map(name => {
        const value = this.#numbers.get(name);
        if (value === undefined) throw new Error(`validusage.json: ${name} is no enumerant`);
        return Number(value);
      }),
    };
  }

  addArray(row: StructRow, vuid: string, array: string, groups: Groups): void {
    const m = row.members.find(one => one.name === array);
    // An array that is neither optional nor left to prose is always read.
    if (m === undefined || m.pointers === '' || !(m.optional || m.noautovalidity)) return;
    if (!hasMembers(row, groups.when, m.length[0])) return;
    const rule = { array, vuid, when: this.#conditionOf(groups) };
    const known = this.arrays.get(row.name) ?? [];
    const same = known.find(other => other.array === array);
    // Several commands may have a rule on the same struct; the one with the most values is kept.
    if (same !== undefined && (same.when?.values.length ?? 0) >= (rule.when?.values.length ?? 0)) return;
    this.arrays.set(row.name, [...known.filter(other => other !== same), rule]);
  }

  addLink(extended: string, struct: string, vuid: string, groups: Groups): void {
    const { count, member } = groups;
    if (!hasMembers(this.structs.get(extended), count, groups.when)) return;
    if (!hasMembers(this.structs.get(struct), member)) return;
    const link: CountLink = {
      count: count!,
      struct,
      member: member!,
      orZero: groups.zero !== undefined || groups.unless !== undefined,
      vuid,
      when: this.#conditionOf(groups),
    };
    this.links.set(extended, [...(this.links.get(extended) ?? []), link]);
  }

  /** Adds what a sentence about a struct says. */
  addOfStruct(row: StructRow, { vuid, text }: Sentence): void {
    const array = groupsOf(ARRAYS, text);
    if (array !== undefined) this.addArray(row, vuid, array.array!, array);
    const pipeline = PIPELINE.exec(text)?.groups as Groups | undefined;
    const holder = pipeline?.struct === undefined ? row : this.structs.get(pipeline.struct);
    if (pipeline !== undefined && holder !== undefined) this.addArray(holder, vuid, pipeline.array!, {});
    const chained = groupsOf(CHAINED, text);
    if (chained !== undefined)
      for (const other of this.structs.values())
        if (other.extendedBy.includes(row.name) && (chained.extended ?? other.name) === other.name)
          this.addLink(other.name, row.name, vuid, chained);
    const extended = groupsOf(EXTENDED, text);
    if (extended !== undefined) this.addLink(row.name, extended.struct!, vuid, extended);
  }

  /** Adds what a sentence about a command says. */
  addOfCommand({ params }: CommandRow, { vuid, text }: Sentence): void {
    const groups = ELEMENTS.exec(text)?.groups as Groups | undefined;
    const row = this.structs.get(params.find(p => p.name === groups?.array)?.base ?? '');
    if (groups !== undefined && row !== undefined) this.addArray(row, vuid, groups.inner!, groups);
  }
}

/** The structs with the rules in their rows. */
export function withLengthRules(
  registry: ResolvedRegistry,
  sentencesAbout: SentencesOf,
): readonly StructRow[] {
  const rules = new LengthRules(registry);
  for (const row of registry.structs)
    for (const sentence of sentencesAbout(row.name)) rules.addOfStruct(row, sentence);
  for (const row of registry.commands)
    for (const sentence of sentencesAbout(row.name)) rules.addOfCommand(row, sentence);
  return registry.structs.map(row => ({
    ...row,
    arrayRules: rules.arrays.get(row.name) ?? [],
    countLinks: rules.links.get(row.name) ?? [],
    alternatives: sentencesAbout(row.name).flatMap(({ vuid, text }) => {
      const { amount, one, other } = ALTERNATIVES.exec(text)?.groups ?? {};
      if (amount === undefined || !hasMembers(row, one, other)) return [];
      return [{ arrays: [one, other] as const, isNeeded: amount === 'exactly', vuid }];
    }),
  }));
}

/** The commands with the rules in their rows. */
export function withSizeRules(
  registry: ResolvedRegistry,
  sentencesAbout: SentencesOf,
): readonly CommandRow[] {
  const structs = new Map(registry.structs.map(row => [row.name, row]));
  const rulesOf = ({ name, params }: CommandRow): SizeRule[] =>
    sentencesAbout(name).flatMap(({ vuid, text }) => {
      const groups = SIZE.exec(text)?.groups;
      const pointer = params.find(
        p =>
          p.base === 'void' &&
          p.pointers !== '' &&
          (p.name === groups?.bytes || p.length[0] === groups?.bytes),
      );
      if (groups === undefined || pointer === undefined) return [];
      const factors = groups.factors.split(/ ?[×*] ?/).map(factor => factor.replace('::', '.'));
      const isThere = (factor: string) => {
        const [struct, member] = factor.split('.');
        if (member === undefined) return params.some(p => p.name === factor);
        return structs.get(struct)?.members.some(m => m.name === member) === true;
      };
      if (!factors.every(isThere))
        throw new Error(`validusage.json: ${vuid} names what is not there: ${text}`);
      return [{ bytes: pointer.name, factors, vuid }];
    });
  return registry.commands.map(row => ({ ...row, sizeRules: rulesOf(row) }));
}
