// What a command that failed has given all the same.
import { VulkanError } from '../errors/errors.ts';
import type { Call } from '../marshal/call.ts';

/** Fills what the caller gave to be filled, and gives the error to be thrown. */
export function failed(
  call: Call,
  command: string,
  result: number,
  take?: () => readonly bigint[],
): VulkanError {
  let results: readonly bigint[] = [];
  let cause: unknown;
  try {
    results = take?.() ?? [];
    call.fill();
  } catch (error) {
    // What a setter of the caller threw; that the command failed matters more.
    cause = error;
  }
  const error = new VulkanError(command, result, call.chained, results);
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** A driver said success, and gave no object. */
export const nothingMade = (command: string, param: string, results: readonly bigint[] = []): VulkanError =>
  new VulkanError(command, 0, [], results, param);
