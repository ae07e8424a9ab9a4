// What was created and not destroyed, and where it was created while leaks are tracked.

/** An object that was created and not destroyed. */
export interface Leak {
  /** Its C type: `'VkBuffer'`. */
  readonly type: string;
  /** Its handle. */
  readonly handle: bigint;
  /** Where it was created, a line of a stack trace; undefined unless leaks were tracked. */
  readonly place: string | undefined;
}

/** A scope whose leaks are reported when the process ends. */
interface LeakSource {
  readonly owner: string;
  readonly handle: bigint;
  /** Whether this library created it. */
  readonly created: boolean;
  leaks(): Leak[];
}

/** Finds the script's line that creates something; undefined while leaks are not tracked, so that creation costs no more. */
export let placeOf: (() => string | undefined) | undefined;
/** The scopes that are alive, while leaks are tracked. */
export let tracked: Set<LeakSource> | undefined;

/** Notes from now on where things are created; `place` finds the script's line. */
export function track(place: () => string | undefined): void {
  placeOf = place;
  tracked ??= new Set();
}

/** `VkBuffer 0x5581…`, and where it was created if that is known. */
export const formatLeak = ({ type, handle, place }: Leak): string =>
  `${type} 0x${handle.toString(16)}${place === undefined ? '' : ` (created ${place})`}`;
