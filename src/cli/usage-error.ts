// A user's mistake on the command line.

/** Wrong usage: printed as it is, exit code 2. */
export class UsageError extends Error {}
