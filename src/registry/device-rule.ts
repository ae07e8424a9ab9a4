// Rules on what a device may enable, one a line: `first ! second VUID` (not both) or `first > second VUID` (the first
// needs the second).

/** A rule between two extensions, versions or features (a feature by its member, or `Struct.member` for one struct alone). */
export interface DeviceRule {
  readonly first: string;
  readonly second: string;
  /** True: not both may be enabled. False: the first may not be enabled without the second. */
  readonly excludes: boolean;
  readonly vuid: string;
}

/** Formats a rule as a line. */
export const formatDeviceRule = ({ first, second, excludes, vuid }: DeviceRule): string =>
  `${first} ${excludes ? '!' : '>'} ${second} ${vuid}\n`;

/** Parses the lines of rules. */
export const parseDeviceRules = (text: string): DeviceRule[] =>
  [...text.matchAll(/^(\S+) ([!>]) (\S+) (\S+)$/gm)].map(([, first, sign, second, vuid]) => ({
    first,
    second,
    excludes: sign === '!',
    vuid,
  }));
