// Runs what is left to do, all of it.

/** Each of them: what one throws keeps no other from running, and is thrown when all have run. */
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
