// A row of the consumer matrix: who runs or compiles the program, how, and what it printed.

/** Printed, one for each program that the row runs. */
type Printed = readonly string[];

export interface Row {
  readonly who: string;
  readonly how: string;
  readonly print: () => Printed | Promise<Printed>;
  /** A package with a binary for Linux on x64 does not run elsewhere. */
  readonly binary?: boolean;
}

export interface Refusal extends Row {
  /** A part of the message that it fails with. */
  readonly says: RegExp;
  readonly why: string;
}
