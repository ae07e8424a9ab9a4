// Rules on what a device enables, as lines of text: `first ! second VUID` where they exclude each other, `first > second
// VUID` where the first needs the second.

/** Names of extensions, of features by their member (`Struct.member` where the rule is on that struct), of versions. */
export interface DeviceRule {
  readonly first: string;
  readonly second: string;
  /** They may not stand beside each other; otherwise the first may not be enabled without the second. */
  readonly excludes: boolean;
  readonly vuid: string;
}

export const formatDeviceRule = ({ first, second, excludes, vuid }: DeviceRule): string =>
  `${first} ${excludes ? '!' : '>'} ${second} ${vuid}\n`;

export const parseDeviceRules = (text: string): DeviceRule[] =>
  [...text.matchAll(/^(\S+) ([!>]) (\S+) (\S+)$/gm)].map(([, first, sign, second, vuid]) => ({
    first,
    second,
    excludes: sign === '!',
    vuid,
  }));
