// Creates the errors of commands that failed.
import { VulkanError } from '../errors/errors.ts';
import type { Call } from '../marshal/call.ts';

/** Fills the caller's objects after a command failed, and returns the error to throw. */
export function failed(
  call: Call,
  command: string,
  result: number,
  take?: () => readonly bigint[],
  found?: readonly string[],
): VulkanError {
  // An error of the caller's setter becomes the cause, since that the command failed matters more.
  const thrown = call.fill();
  const error = new VulkanError(command, result, {
    chained: call.chained,
    results: take?.(),
    found,
  });
  if (thrown !== undefined) error.cause = thrown.toError(command);
  return error;
}

/** The error for a driver that returned success without an object. */
export const nothingMade = (command: string, param: string, results: readonly bigint[] = []): VulkanError =>
  new VulkanError(command, 0, { results, missing: param });
