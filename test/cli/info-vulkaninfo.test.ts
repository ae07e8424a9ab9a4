// `info` says, value by value, what vulkaninfo 1.3 says on lavapipe.

import { expect } from 'chai';
import { explainC } from '../../src/index.ts';
import { registry } from '../../src/registry/registry.ts';
import { figure } from '../figure.ts';
import { skipOrFail } from '../skip.ts';
import { fileLeftBy, runOther, runScript } from './run.ts';
import { asTheirs, decimal, extensionsAfter, parseOurs, parseTheirs } from './vulkaninfo.ts';

type Json = Record<string, unknown>;

/** What we tell and vulkaninfo 1.3.239 does not: it asks for no format of VK_EXT_4444_formats, which lavapipe has. */
const EXPLAINED = ['VK_FORMAT_A4R4G4B4_UNORM_PACK16', 'VK_FORMAT_A4B4G4R4_UNORM_PACK16'];

/** Each leaf of `theirs` that `ours` does not have, and how many leaves were looked at. */
function compare(theirs: unknown, ours: unknown, path: string): { count: number; different: string[] } {
  if (typeof theirs !== 'object' || theirs === null)
    return {
      count: 1,
      different: theirs === ours ? [] : [`${path}: theirs ${String(theirs)}, ours ${String(ours)}`],
    };
  const sameLength = !Array.isArray(theirs) || theirs.length === (ours as unknown[] | undefined)?.length;
  const inner = Object.entries(theirs).map(([key, value]) =>
    compare(value, (ours as Json | undefined)?.[key], `${path}.${key}`),
  );
  return {
    // An empty list is a value too: no flag is set.
    count: inner.length === 0 ? 1 : inner.reduce((sum, one) => sum + one.count, 0),
    different: [
      ...(sameLength ? [] : [`${path}: a list of another length`]),
      ...inner.flatMap(one => one.different),
    ],
  };
}

/** The struct's name of today: vulkaninfo 1.3.239 does not know those that were promoted later. */
const renamed = (structs: Json): Json =>
  Object.fromEntries(Object.entries(structs).map(([name, value]) => [registry.struct(name).name, value]));

describe('info against vulkaninfo', () => {
  it('--json --formats has every value of vulkaninfo --json', function () {
    const file = fileLeftBy('vulkaninfo', ['--json=0']);
    if (file === undefined) return skipOrFail(this, 'vulkaninfo is not installed, or finds no device');
    const { device } = JSON.parse(file).capabilities as { device: Record<string, Json> };
    const { out, code } = runScript('src/cli/info', ['--json', '--formats', '--device', '0']);
    expect(code).to.equal(0);
    const [ours] = JSON.parse(out).devices as Record<string, Json>[];
    const theirs: Record<string, Json> = {
      ...device,
      features: renamed(device.features),
      properties: renamed(device.properties),
    };
    const { count, different } = compare(theirs, ours, 'device');
    expect(different).to.deep.equal([]);
    for (const part of ['extensions', 'features', 'properties', 'formats'] as const)
      expect(
        Object.keys(ours[part]).filter(name => !(name in theirs[part] || EXPLAINED.includes(name))),
        `${part} that vulkaninfo lacks`,
      ).to.deep.equal([]);
    figure(`${count} values compared, 0 differ`);
    expect(count).to.be.greaterThan(3000);
  });

  it('the text has every value of vulkaninfo --text', function () {
    const theirText = runOther('vulkaninfo', [])?.out;
    if (theirText === undefined) return skipOrFail(this, 'vulkaninfo is not installed');
    const { out, code } = runScript('src/cli/info', []);
    expect(code).to.equal(0);
    const theirs = parseTheirs(theirText);
    const ours = parseOurs(out);
    // Drawn, and compared below.
    for (const drawn of ['VkQueueFamilyProperties', 'VkPhysicalDeviceMemoryProperties']) theirs.delete(drawn);
    const different: string[] = [];
    let count = 0;
    for (const [struct, members] of theirs)
      for (const [member, value] of members) {
        count++;
        const our = ours.get(struct)?.get(member);
        const same = our !== undefined && asTheirs(struct, member, our) === decimal(value);
        if (!same) different.push(`${struct}.${member}: theirs ${value}, ours ${our}`);
      }
    expect(different).to.deep.equal([]);
    expect([...ours.keys()].filter(name => !theirs.has(name))).to.deep.equal([]);
    figure(`${count} members compared, 0 differ`);
    expect(count).to.be.greaterThan(500);
  });

  it('the text has the extensions, layers, heaps, types and queues of vulkaninfo --text', function () {
    const theirs = runOther('vulkaninfo', [])?.out;
    if (theirs === undefined) return skipOrFail(this, 'vulkaninfo is not installed');
    const { out } = runScript('src/cli/info', []);
    let count = 0;
    const expectExtensions = (found: Map<string, number>, indent: number) => {
      for (const [name, revision] of found) {
        expect(out).to.match(new RegExp(`^ {${indent}}${name} +revision ${revision}$`, 'm'));
        count++;
      }
    };
    const instanceExtensions = extensionsAfter(theirs, /^Instance Extensions/m, 1);
    const deviceExtensions = extensionsAfter(theirs, /^Device Extensions/m, 1);
    expect(instanceExtensions.size).to.be.greaterThan(0);
    expect(deviceExtensions.size).to.be.greaterThan(0);
    expectExtensions(instanceExtensions, 2);
    expectExtensions(deviceExtensions, 2);
    for (const [, name, description, spec, version] of theirs.matchAll(
      /^(VK_LAYER_\w+) \((.*)\) Vulkan version (\S+), layer version (\d+):$/gm,
    )) {
      expect(out).to.include(`  ${name}  ${description}, of Vulkan ${spec}, version ${version}`);
      expectExtensions(extensionsAfter(theirs, new RegExp(`(?<=^${name}.*\n)\tLayer Extensions`, 'm'), 2), 4);
      count++;
    }
    for (const [, heap, unit] of theirs.matchAll(/memoryHeaps\[(\d+)\]:\n\t+size +=.* \((\S+ \w+)\)$/gm)) {
      const size = `${Number.parseFloat(unit)} ${unit.split(' ')[1]}`;
      expect(out).to.match(new RegExp(`heap ${heap} +█+ ${size} DEVICE_LOCAL`));
      count++;
    }
    const header = /^ +type +(.*)$/m.exec(out)![1].split(/ +/);
    for (const [, type, bits] of theirs.matchAll(
      /memoryTypes\[(\d+)\]:\n\t+heapIndex.*\n\t+propertyFlags = (0x[0-9a-f]+)/g,
    )) {
      const dots = new RegExp(`^ +${type} +([●· ]+)$`, 'm').exec(out)![1].split(/ +/);
      const names = header.filter((_, i) => dots[i] === '●').map(name => `VK_MEMORY_PROPERTY_${name}_BIT`);
      expect(names.join(' | ')).to.equal(explainC('VkMemoryPropertyFlags', Number(bits)));
      count++;
    }
    const usable = /^ +type 0 can hold +(.*)$/m.exec(out)![1];
    for (const [, tiling, list] of theirs.matchAll(/IMAGE_TILING_(OPTIMAL|LINEAR):\n((?:\t{4}.*\n)+)/g)) {
      const formats = list
        .trim()
        .split(/\n\t+/)
        // Ours makes no sparse images: no other property depends on it.
        .filter(name => name !== '(non-sparse)' && name !== 'color images')
        .map(name => name.replace('FORMAT_', ''));
      expect(usable).to.include(`${tiling.toLowerCase()} images (${['color', ...formats].join(', ')})`);
      count += formats.length + 1;
    }
    for (const [, size, queues, flags, valid] of theirs.matchAll(
      /minImageTransferGranularity = \((.*)\)\n\t+queueCount += (\d+)\n\t+queueFlags += (.*)\n\t+timestampValidBits += (\d+)/g,
    )) {
      const [width, height, depth] = size.split(',');
      expect(out).to.match(new RegExp(`^ +queueCount +${queues}$`, 'm'));
      expect(out).to.match(new RegExp(`^ +timestampValidBits +${valid}$`, 'm'));
      expect(out).to.include(` ${flags.replaceAll('QUEUE_', '')}\n`);
      expect(out).to.match(
        new RegExp(`^ +minImageTransferGranularity +width ${width}, height ${height}, depth ${depth}$`, 'm'),
      );
      count += 4;
    }
    figure(`${count} values compared, 0 differ`);
  });
});
