// The errors that a program can act on, with likely causes where this project knows them.
import { causesOf } from './causes.ts';
import { explainC } from './explain.ts';
import { ours } from './user-call.ts';

/** A handle of whichever type: it can be given to the command that destroys it. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the handle is the command's.
type AnyHandle = bigint & { readonly __vulkan: any };

/** What is known of a command's failure. */
interface KnownOfFailure {
  /** Names of the structs in the pNext chains that were passed. */
  readonly chained?: readonly string[];
  /** What it made all the same. */
  readonly results?: readonly bigint[];
  /** The parameter that got no object. */
  readonly missing?: string;
  /** What was found to be wrong: then nothing has to be guessed. */
  readonly found?: readonly string[];
}

/**
 * Thrown when a command answers an error code, or success without the object that it was to make.
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
  /** The VkResult value, below zero; 0 where a driver says success and gives nothing. */
  readonly result: number;
  /** The C name of the command that answered it. */
  readonly command: string;
  /** What led to it where that is known, else what usually does, likeliest first; empty where this project knows nothing better than the name. */
  readonly causes: readonly string[];
  /**
   * Of a command that makes several objects: what it made all the same, in their order, and 0n in the place of each that
   * it did not make. They are the caller's to destroy. Empty for every other command.
   */
  readonly results: readonly AnyHandle[];

  /** @internal */
  constructor(command: string, result: number, known: KnownOfFailure = {}) {
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

/** Thrown when a command is called that this instance or device does not have. */
export class NotAvailableError extends Error {
  /** `'NotAvailableError'`, or `'WindowsOnlyError'`. */
  override readonly name: string = 'NotAvailableError';
  /** The C name of the command. */
  readonly command: string;

  constructor(command: string, advice: string) {
    super(`${command} is not available: ${advice}`);
    ours(this);
    this.command = command;
  }
}

/** Thrown before a call that would break a rule of the specification which this project checks itself. */
export class ValidUsageError extends RangeError {
  /** Always `'ValidUsageError'`. */
  override readonly name = 'ValidUsageError';
  /** The rule's identifier, to look up in the specification. */
  readonly vuid: string;

  constructor(vuid: string, message: string) {
    super(`${message} (${vuid})`);
    ours(this);
    this.vuid = vuid;
  }
}

/** Thrown on other systems for a function of Windows, and for a command of an extension that exists there alone. */
export class WindowsOnlyError extends NotAvailableError {
  /** Always `'WindowsOnlyError'`. */
  override readonly name = 'WindowsOnlyError';

  constructor(what: string) {
    super(what, `it exists on Windows only, and this process runs on ${process.platform}`);
  }
}
