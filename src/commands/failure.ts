// What a command that failed has given all the same.
import { VulkanError } from '../errors/errors.ts';
import type { Call } from '../marshal/call.ts';

/** Fills what the caller gave to be filled, and gives the error to be thrown. */
export function failed(
  call: Call,
  command: string,
  result: number,
  take?: () => readonly bigint[],
  found?: readonly string[],
): VulkanError {
  // What a setter of the caller threw; that the command failed matters more.
  const thrown = call.fill();
  const error = new VulkanError(command, result, {
    chained: call.chained,
    results: take?.(),
    found,
  });
  if (thrown !== undefined) error.cause = thrown.toError(command);
  return error;
}

/** A driver said success, and gave no object. */
export const nothingMade = (command: string, param: string, results: readonly bigint[] = []): VulkanError =>
  new VulkanError(command, 0, { results, missing: param });
