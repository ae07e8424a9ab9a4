// The error classes that a program can handle, with likely causes if they are known.
import { causesOf } from './causes.ts';
import { explainC } from './explain.ts';
import { ours } from './user-call.ts';

/** A handle of any type: it can be passed to the command that destroys it. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the handle is the command's.
type AnyHandle = bigint & { readonly __vulkan: any };

/** Details of a command's failure. */
interface FailureDetails {
  /** Names of the structs in the pNext chains that were passed. */
  readonly chained?: readonly string[];
  /** The handles that it created before it failed. */
  readonly results?: readonly bigint[];
  /** The parameter through which it returned VK_NULL_HANDLE. */
  readonly missing?: string;
  /** Causes that were found by checking; likely causes are not listed then. */
  readonly found?: readonly string[];
}

/**
 * Thrown when a command returns an error code, or returns success without the object that it should have created.
 *
 * @example
 * try {
 *   device.getMemoryWin32HandlePropertiesKHR(VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE, handle);
 * } catch (error) {
 *   if (error instanceof VulkanError && error.code === 'VK_ERROR_INVALID_EXTERNAL_HANDLE') console.log(error.causes);
 * }
 */
export class VulkanError extends Error {
  /** Always `'VulkanError'`. */
  override readonly name = 'VulkanError';
  /** The C name of the result: `'VK_ERROR_DEVICE_LOST'`. */
  readonly code: string;
  /** The VkResult value, below zero; 0 if the driver returned success without an object. */
  readonly result: number;
  /** The C name of the command that failed. */
  readonly command: string;
  /** The causes that were found, else the likely ones, likeliest first; empty if none are known. */
  readonly causes: readonly string[];
  /**
   * Of a command that creates several objects: the handles that it created before it failed, in order, with 0n for each
   * that is missing. The caller must destroy them. Empty for every other command.
   */
  readonly results: readonly AnyHandle[];

  /** @internal */
  constructor(command: string, result: number, known: FailureDetails = {}) {
    const { chained = [], results = [], missing = '', found = [] } = known;
    const code = explainC('VkResult', result);
    const causes = found.length > 0 ? found : causesOf(command, code, chained);
    let why = causes.length > 0 ? `; likely ${causes.join('; or ')}` : '';
    if (found.length > 0) why = `: ${found.join('; ')}`;
    if (missing !== '') why = `, but VK_NULL_HANDLE as ${missing}`;
    super(`${command}: ${code}${why}`);
    ours(this);
    this.results = results as readonly AnyHandle[];
    this.code = code;
    this.result = result;
    this.command = command;
    this.causes = causes;
  }
}

/** Thrown when a command is called that is not available on this instance or device. */
export class NotAvailableError extends Error {
  /** `'NotAvailableError'`, or `'WindowsOnlyError'`. */
  override readonly name: string = 'NotAvailableError';
  /** The C name of the command. */
  readonly command: string;

  /** @internal */
  constructor(command: string, advice: string) {
    super(`${command} is not available: ${advice}`);
    ours(this);
    this.command = command;
  }
}

/** Thrown before a call that would break a rule of the specification, one of those that this library checks. */
export class ValidUsageError extends RangeError {
  /** Always `'ValidUsageError'`. */
  override readonly name = 'ValidUsageError';
  /** The rule's identifier, to look up in the specification. */
  readonly vuid: string;

  /** @internal */
  constructor(vuid: string, message: string) {
    super(`${message} (${vuid})`);
    ours(this);
    this.vuid = vuid;
  }
}

/** Thrown on other systems for a Windows function, and for a command of an extension that exists only on Windows. */
export class WindowsOnlyError extends NotAvailableError {
  /** Always `'WindowsOnlyError'`. */
  override readonly name = 'WindowsOnlyError';

  constructor(what: string) {
    super(what, `it exists on Windows only, and this process runs on ${process.platform}`);
  }
}
