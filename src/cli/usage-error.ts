// The error for a mistake on the command line.

/** Wrong usage: its message is printed, with exit code 2. */
export class UsageError extends Error {}
