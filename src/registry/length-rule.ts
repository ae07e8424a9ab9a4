// Rules of the specification on arrays and counts: when an optional array is read, which counts in a pNext chain must
// agree, and how many bytes a command reads or writes.
import { longVuid, shortVuid } from './vuid.ts';

/** A condition on a sibling member: it is one of these values (`=`), or has (`&`) or lacks (`!`) this bit. */
export interface Condition {
  readonly member: string;
  readonly test: '=' | '&' | '!';
  readonly values: readonly number[];
}

/** An array that the registry calls optional, though C reads it when its count is not zero. */
export interface ArrayRule {
  readonly array: string;
  /** The rule's identifier in the specification. */
  readonly vuid: string;
  /** When C reads it; undefined for always. */
  readonly when: Condition | undefined;
}

/** A count that must equal a count in a struct of the pNext chain. */
export interface CountLink {
  /** The count in this struct. */
  readonly count: string;
  /** The chained struct, and its count. */
  readonly struct: string;
  readonly member: string;
  /** Whether the chained count may be zero instead. */
  readonly orZero: boolean;
  readonly vuid: string;
  /** When the chain must have the struct; undefined for never. */
  readonly when: Condition | undefined;
}

/** Two arrays of which at most one may be given: `pInfos` has the elements, `ppInfos` pointers to them. */
export interface Alternative {
  readonly arrays: readonly [string, string];
  /** Whether one of them must be given when their count is not zero. */
  readonly isNeeded: boolean;
  readonly vuid: string;
}

/** How many bytes a command needs at a pointer: the product of some numbers. */
export interface SizeRule {
  /** The pointer's parameter. */
  readonly bytes: string;
  /** The factors: parameters, and properties of the physical device (`VkProperties.size`). */
  readonly factors: readonly string[];
  readonly vuid: string;
}

function parseCondition(text: string | undefined): Condition | undefined {
  if (text === undefined) return undefined;
  const [, member, test, values] = /^(\w+)([=&!])([\d.]+)$/.exec(text) as RegExpExecArray;
  return { member, test: test as Condition['test'], values: values.split('.').map(Number) };
}

const formatCondition = (when: Condition | undefined): string =>
  when === undefined ? '' : `@${when.member}${when.test}${when.values.join('.')}`;

/** The parts of a comma-separated list; none of no text. */
export const words = (text: string | undefined): string[] => (text ? text.split(',') : []);

/** `pData*vuid[@sibling=1.2]`, `pData*vuid@flags&4`, `pData*vuid@flags!4` */
export const parseArrayRules = (owner: string, text: string | undefined): readonly ArrayRule[] =>
  words(text).flatMap(rule => {
    const match = /^(\w+)\*([\w:-]+)(?:@(.+))?$/.exec(rule);
    if (match === null) return [];
    return [{ array: match[1], vuid: longVuid(owner, match[2]), when: parseCondition(match[3]) }];
  });

/** `count=VkStruct.member[?]:vuid[@sibling=1]` */
export const parseCountLinks = (owner: string, text: string | undefined): readonly CountLink[] =>
  words(text).flatMap(rule => {
    const match = /^(\w+)=(\w+)\.(\w+)(\??):([\w:-]+)(?:@(.+))?$/.exec(rule);
    if (match === null) return [];
    const [, count, struct, member, orZero, vuid, when] = match;
    return [
      {
        count,
        struct,
        member,
        orZero: orZero !== '',
        vuid: longVuid(owner, vuid),
        when: parseCondition(when),
      },
    ];
  });

/** `pInfos/ppInfos:vuid`, or `pInfos/ppInfos!:vuid` if one is needed */
export const parseAlternatives = (owner: string, text: string | undefined): readonly Alternative[] =>
  words(text).flatMap(rule => {
    const match = /^(\w+)\/(\w+)(!?):([\w:-]+)$/.exec(rule);
    if (match === null) return [];
    const [, one, other, needed, vuid] = match;
    return [{ arrays: [one, other] as const, isNeeded: needed !== '', vuid: longVuid(owner, vuid) }];
  });

/** `pData>=VkProperties.size*count:vuid` */
export const parseSizeRules = (owner: string, text: string | undefined): readonly SizeRule[] =>
  words(text).map(rule => {
    const [, bytes, factors, vuid] = /^(\w+)>=([\w.*]+):([\w:-]+)$/.exec(rule) as RegExpExecArray;
    return { bytes, factors: factors.split('*'), vuid: longVuid(owner, vuid) };
  });

/** The text of size rules. */
export const formatSizeRules = (owner: string, rules: readonly SizeRule[]): string =>
  rules
    .map(({ bytes, factors, vuid }) => `${bytes}>=${factors.join('*')}:${shortVuid(owner, vuid)}`)
    .join(',');

/** The text of the rules on arrays and counts. */
export const formatLengthRules = (
  owner: string,
  arrays: readonly ArrayRule[],
  links: readonly CountLink[],
  alternatives: readonly Alternative[],
): string =>
  [
    ...arrays.map(({ array, vuid, when }) => `${array}*${shortVuid(owner, vuid)}${formatCondition(when)}`),
    ...links.map(
      ({ count, struct, member, orZero, vuid, when }) =>
        `${count}=${struct}.${member}${orZero ? '?' : ''}:${shortVuid(owner, vuid)}${formatCondition(when)}`,
    ),
    ...alternatives.map(
      ({ arrays, isNeeded, vuid }) => `${arrays.join('/')}${isNeeded ? '!' : ''}:${shortVuid(owner, vuid)}`,
    ),
  ].join(',');
