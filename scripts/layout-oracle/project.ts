// Gets the project's layouts for each of the ABIs, or the same with one number wrong on purpose.
import type { Abi } from './abis.ts';
import type { LayoutOf, Project } from './compare.ts';
import type { OffsetsAndSizes } from './numbers.ts';
import type { CRegistry } from './registry.ts';

const HOST_LONG = process.platform === 'win32' ? 4 : 8;
const roundUp = (value: number, step: number) => Math.ceil(value / step) * step;

/** The ABIs differ only in `long`, so the host's numbers are right for every struct without a `long`. */
export function projectLayout(project: Project, registry: CRegistry, abi: Abi): LayoutOf {
  if (abi.long === HOST_LONG) return project.layoutOf;
  const structs = new Map(registry.structs.map(struct => [struct.name, struct]));
  const layoutOf = (name: string): OffsetsAndSizes => {
    const host = project.layoutOf(name);
    const struct = structs.get(registry.aliases.get(name) ?? name);
    const byValue = struct?.members.filter(member => member.byValue) ?? [];
    const longs = byValue.filter(member => project.isLong(member.type));
    const resized = byValue.filter(
      ({ type }) => structs.has(type) && layoutOf(type).size !== project.layoutOf(type).size,
    );
    if (longs.length === 0 && resized.length === 0) return host;
    const [long] = longs;
    // All that the registry has had: one plain `long` at the end of a struct that a pointer aligns, so that
    // no other member moves. Anything else would need the whole of C's rules, so it stops here.
    const known =
      HOST_LONG === 8 &&
      longs.length === 1 &&
      resized.length === 0 &&
      'pNext' in host.offsets &&
      long.text.split(/\s+/).join(' ') === `${long.type} ${long.name}` &&
      Object.values(host.offsets).every(offset => offset <= host.offsets[long.name]);
    if (!known) throw new Error(`its layout with a ${abi.long}-byte long is not worked out here`);
    const size = roundUp(host.offsets[long.name] + abi.long, host.alignment);
    return { ...host, size, sizes: { ...host.sizes, [long.name]: abi.long } };
  };
  return layoutOf;
}

/** Shows that the oracle can fail: one number (`VkExtent2D.height`, `VkExtent2D.size`) is one too large. */
export function spoil(project: Project, what: string): Project {
  const [struct, member] = what.split('.');
  const layout = project.layoutOf(struct);
  const { offsets, bits = {} } = layout;
  const spoilt = (): OffsetsAndSizes => {
    if (member === 'size' || member === 'alignment') return { ...layout, [member]: layout[member] + 1 };
    if (member in bits) {
      const place = { ...bits[member], bit: bits[member].bit + 1 };
      return { ...layout, bits: { ...bits, [member]: place } };
    }
    if (member in offsets) return { ...layout, offsets: { ...offsets, [member]: offsets[member] + 1 } };
    throw new Error(`--spoil ${what}: no such member`);
  };
  const wrong = spoilt();
  return { ...project, layoutOf: name => (name === struct ? wrong : project.layoutOf(name)) };
}
