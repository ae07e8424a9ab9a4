// What was created and not destroyed, with the place of creation where that is wanted.

import { formatLeak, type Leak, track, tracked } from '../handles/leak.ts';
import type { Device } from './device.ts';
import type { Instance } from './instance.ts';

export type { Leak };

/** The first line of the stack that is not this package's: src/, or the folder of the bundle that this is in. */
function place(): string | undefined {
  const limit = Error.stackTraceLimit;
  // A call that is interpreted has more frames than the ten that V8 notes.
  Error.stackTraceLimit = 100;
  const [, self = '', ...lines] = (new Error().stack ?? '').split('\n');
  Error.stackTraceLimit = limit;
  const here =
    /[^\s(]*[\\/]/
      .exec(
        self
          .trim()
          .replace(/^at /, '')
          .replace(/^[^(]*\(/, ''),
      )?.[0]
      .replace(/([\\/]src[\\/])objects[\\/]$/, '$1') ?? '?';
  // Compiled methods have no file of their own.
  return lines
    .find(line => /(\.\w+|\[eval\d*\]):\d+/.test(line) && !line.includes(here) && !line.includes('(eval at'))
    ?.trim();
}

/**
 * From now on each creation notes its place, and what is left when the process ends is reported on stderr. Call it
 * before instances are created; without it creation costs nothing more.
 */
export function trackLeaks(): void {
  if (tracked === undefined)
    process.on('exit', () => {
      const left = [...(tracked ?? [])].flatMap(scope => [
        ...(scope.owner === 'VkInstance' && scope.created
          ? [{ type: scope.owner, handle: scope.handle, place: undefined }]
          : []),
        ...scope.leaks(),
      ]);
      if (left.length > 0)
        console.error(
          `koffi-vulkan: not destroyed:\n${left.map(leak => `  ${formatLeak(leak)}`).join('\n')}`,
        );
    });
  track(place);
}

/**
 * What was created with an instance, or on a device, and not destroyed yet; what pools take along is left out.
 * @param object an instance or a device
 * @returns type and handle of each; the place of creation after {@link trackLeaks}
 */
export const leaksOf = (object: Instance | Device): readonly Leak[] => object.scope.leaks();
