// Finds every number in which an ABI's compiler and the project differ.
import type { CLayout, OffsetsAndSizes } from './numbers.ts';
import type { CRegistry } from './registry.ts';

/** Gives a struct's layout or throws why it cannot. */
export type LayoutOf = (struct: string) => OffsetsAndSizes;

export interface Project {
  /** koffi's numbers, in this process. Throws for a struct that it does not know. */
  readonly layoutOf: LayoutOf;
  /** Whether the project takes a type as C's `long`: the one basic type whose size the ABIs disagree on. */
  readonly isLong: (type: string) => boolean;
  /** All structs and other names of structs that the project has. */
  readonly names: readonly string[];
  /** A struct's bytes with these bit-fields set and all else zero: in place of `bits` or beside them. */
  readonly bytesOf?: (struct: string, bitFields: Readonly<Record<string, number>>) => Uint8Array;
}

export interface Difference {
  readonly struct: string;
  /** `size`, `alignment`, `byte 3`, or a member with `offset`, `size`, `first bit` or `width`. */
  readonly what: string;
  /** undefined: it does not exist there. */
  readonly compiler: number | undefined;
  readonly project: number | undefined;
  /** Why the project has no number. */
  readonly reason?: string;
}

/** Compares the two. `layoutOf` gives the project's layouts for the compiler's ABI. */
export function compare(
  registry: CRegistry,
  compiler: ReadonlyMap<string, CLayout>,
  project: Project,
  layoutOf: LayoutOf = project.layoutOf,
): Difference[] {
  const differences: Difference[] = [];
  const expected = new Map(compiler);
  for (const [alias, target] of registry.aliases) expected.set(alias, compiler.get(target) as CLayout);
  for (const [struct, layout] of expected)
    try {
      differences.push(...compareStruct(struct, layout, layoutOf(struct), project));
    } catch (error) {
      const reason = (error as Error).message;
      differences.push({ struct, what: 'size', compiler: layout.size, project: undefined, reason });
    }
  for (const struct of project.names) {
    const reason = 'the registry does not require it';
    if (!expected.has(struct))
      differences.push({ struct, what: 'size', compiler: undefined, project: undefined, reason });
  }
  return differences;
}

function compareStruct(
  struct: string,
  compiler: CLayout,
  layout: OffsetsAndSizes,
  project: Project,
): Difference[] {
  const differences: Difference[] = [];
  const check = (what: string, c: number | undefined, p: number | undefined, reason?: string) => {
    if (c !== p || reason !== undefined) differences.push({ struct, what, compiler: c, project: p, reason });
  };
  check('size', compiler.size, layout.size);
  check('alignment', compiler.alignment, layout.alignment);
  for (const member of union(compiler.offsets, layout.offsets)) {
    check(`${member} offset`, compiler.offsets[member], layout.offsets[member]);
    check(`${member} size`, compiler.sizes[member], layout.sizes[member]);
  }
  if (compiler.sample === undefined) return differences;
  const { bits } = layout;
  if (bits !== undefined)
    for (const member of union(compiler.bits, bits)) {
      check(`${member} first bit`, compiler.bits[member]?.bit, bits[member]?.bit);
      check(`${member} width`, compiler.bits[member]?.width, bits[member]?.width);
    }
  const bytes = project.bytesOf?.(struct, compiler.sample.values);
  if (bytes !== undefined)
    for (let i = 0; i < Math.max(bytes.length, compiler.size); i++)
      check(`byte ${i}`, compiler.sample.bytes[i], bytes[i]);
  if (bits === undefined && bytes === undefined)
    check(
      'bit-fields',
      Object.keys(compiler.bits).length,
      undefined,
      'the project does not tell where they are',
    );
  return differences;
}

const union = (a: object, b: object) => new Set([...Object.keys(a), ...Object.keys(b)]);

export function formatDifference({ struct, what, compiler, project, reason }: Difference): string {
  const numbers = `compiler ${compiler ?? 'none'}, project ${project ?? 'none'}`;
  return `${struct} ${what}: ${numbers}${reason === undefined ? '' : ` (${reason})`}`;
}
