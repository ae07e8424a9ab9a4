// Shortens the identifiers of rules in rows: `VUID-`, the owner and `-` are left out if they begin so.

const prefix = (owner: string): string => `VUID-${owner}-`;

/** The whole identifier: that of a row, with the prefix of its owner if it is without. */
export const longVuid = (owner: string, vuid: string): string =>
  vuid.startsWith('VUID-') ? vuid : prefix(owner) + vuid;

/** The identifier as a row has it. */
export const shortVuid = (owner: string, vuid: string): string =>
  vuid.startsWith(prefix(owner)) ? vuid.slice(prefix(owner).length) : vuid;
