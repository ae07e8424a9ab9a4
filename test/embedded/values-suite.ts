// The embedded driver and a maker of random values, whose handles the driver does not have, for the tests of one suite.
import { RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { type Opened, open } from './driver-open.ts';

/**
 * @param take is given what is opened
 * @param begin `before`, or `beforeEach` to open anew for each test; `end` is its counterpart
 */
export function valuesSuite(
  take: (opened: Opened, values: RandomValues) => void,
  begin: (hook: () => void) => void = before,
  end: (hook: () => void) => void = after,
): void {
  let opened: Opened;
  begin(() => {
    opened = open();
    take(opened, new RandomValues(randomFrom(20_261_128), opened.device.scope));
  });
  end(() => {
    // Handles that were made up cannot be destroyed.
    opened.device.scope.live.length = 0;
    opened.close();
  });
}
