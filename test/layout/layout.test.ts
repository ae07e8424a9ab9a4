// The layouts of structs are those of C compilers, and those that were read from the header by hand.
import { expect } from 'chai';
import { formatDifference } from '../../scripts/layout-oracle/compare.ts';
import { nativeProject } from '../../scripts/layout-oracle/native-project.ts';
import { judge, measureAll } from '../../scripts/layout-oracle/oracle.ts';
import { spoil } from '../../scripts/layout-oracle/project.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { pinned } from '../generator/tree.ts';
import { skipHere, skipOrFail } from '../skip.ts';

/** The size, then member@offset, which gcc gives for the C header on every 64-bit machine. */
const KNOWN: Record<string, string> = {
  VkMemoryWin32HandlePropertiesKHR: '24 sType@0 pNext@8 memoryTypeBits@16',
  VkImportMemoryWin32HandleInfoKHR: '40 handleType@16 handle@24 name@32',
  VkExportMemoryWin32HandleInfoKHR: '40 pAttributes@16 dwAccess@24 name@32',
  VkMemoryGetWin32HandleInfoKHR: '32 memory@16 handleType@24',
  VkWin32KeyedMutexAcquireReleaseInfoKHR:
    '72 acquireCount@16 pAcquireSyncs@24 pAcquireKeys@32 pAcquireTimeouts@40 releaseCount@48 pReleaseSyncs@56 pReleaseKeys@64',
  VkMemoryAllocateInfo: '32 allocationSize@16 memoryTypeIndex@24',
  VkMemoryDedicatedAllocateInfo: '32 image@16 buffer@24',
  VkPhysicalDeviceIDProperties:
    '64 deviceUUID@16 driverUUID@32 deviceLUID@48 deviceNodeMask@56 deviceLUIDValid@60',
  VkPhysicalDeviceProperties: '824 deviceName@20 pipelineCacheUUID@276 limits@296 sparseProperties@800',
  VkClearValue: '16 color@0 depthStencil@0',
  VkAccelerationStructureInstanceKHR: '64 transform@0 accelerationStructureReference@56',
};

describe('layout', () => {
  for (const [name, text] of Object.entries(KNOWN)) {
    it(`of ${name} is the header's`, () => {
      const [size, ...places] = text.split(' ');
      const layout = layoutOf(registry.struct(name));
      expect(layout.size).to.equal(Number(size));
      for (const place of places) {
        const [member, offset] = place.split('@');
        expect(layout.members.get(member)?.offset, member).to.equal(Number(offset));
      }
    });
  }

  describe('against C compilers', () => {
    let folder: string;
    before(function () {
      folder = pinned(this);
    });

    it('agrees for every struct on every ABI, and one wrong number is found', async function () {
      if (process.platform === 'win32') return skipHere(this, 'the compilers are programs of Linux');
      const measured = await measureAll(folder);
      const verdicts = judge(measured, nativeProject);
      for (const { abi, skipped, differ, differences } of verdicts) {
        if (skipped) skipOrFail(this, `${abi.name}: install ${abi.package}`);
        expect(differences.map(formatDifference), abi.name).to.deep.equal([]);
        expect(differ).to.equal(0);
      }
      const spoiled = judge(measured, spoil(nativeProject, 'VkExtent2D.height'));
      expect(spoiled.every(verdict => verdict.differ > 0)).to.equal(true);
    });
  });
});
