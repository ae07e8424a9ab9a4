// Runs several functions even if some of them throw.

/** Runs every function, then throws the first error that one of them threw. */
export function runAll(undos: Iterable<() => void> = []): void {
  const errors: unknown[] = [];
  for (const undo of undos)
    try {
      undo();
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw errors[0];
}
