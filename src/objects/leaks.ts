// Leaks: what was created and not destroyed, with the place of creation once tracking is on.
import { userCall } from '../errors/user-call.ts';
import { formatLeak, type Leak, track, tracked } from '../handles/leak.ts';
import { checkClass } from '../handles/object.ts';
import type { Device } from './device.ts';
import type { Instance } from './instance.ts';

export type { Leak };

/** The first line of the stack outside this package: outside src/, or the folder of the bundle that has this code. */
function place(): string | undefined {
  const limit = Error.stackTraceLimit;
  // An interpreted call has more frames than the ten that V8 records.
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
 * Records where each handle is created from now on, and lists on stderr what is not destroyed when the process exits.
 * Call it before instances are created; without it nothing is recorded.
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
 * Lists what was created from an instance or a device and is not destroyed yet, except what is freed with its pool.
 * @param object an instance or a device
 * @returns type and handle of each; also the place of creation after {@link trackLeaks}
 */
export const leaksOf = userCall(function leaksOf(object: Instance | Device): readonly Leak[] {
  checkClass('leaksOf.object', object, 'VkInstance', 'VkDevice');
  return object.scope.leaks();
});
