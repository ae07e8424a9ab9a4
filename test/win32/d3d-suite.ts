// Opens Direct3D 11 and a Vulkan device on the same adapter, for the tests of one suite.
import { type OpenedDevice, openSystem } from '../../scripts/examples/open.ts';
import { createD3D11Device, type D3D11Device } from '../../src/d3d/index.ts';
import { skipOrFail } from '../skip.ts';
import { afterAlone, beforeAlone } from './alone.ts';
import { unlessRefused } from './kernel.ts';

/** @param take is given what is opened before the tests of the suite around it, which are skipped where it cannot be */
export function d3d11Suite(take: (d3d: D3D11Device, opened: OpenedDevice) => void): void {
  let d3d: D3D11Device;
  let opened: OpenedDevice | undefined;
  beforeAlone(function () {
    unlessRefused(this, () => {
      d3d = createD3D11Device();
    });
    try {
      opened = openSystem(d3d.luid);
    } catch (error) {
      return skipOrFail(this, (error as Error).message);
    }
    take(d3d, opened);
  });
  afterAlone(() => {
    opened?.end();
    d3d?.[Symbol.dispose]();
  });
}
