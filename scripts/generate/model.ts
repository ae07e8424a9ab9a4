// The types of the parsed registry, where every element still has its names from the XML.
import type { FormatRow } from '../../src/registry/format-row.ts';
import type { Member } from '../../src/registry/rows.ts';

/** A member or parameter as parsed: extents and selections may still be names of constants. */
export interface RawMember extends Omit<Member, 'extents' | 'selection'> {
  readonly extents: readonly string[];
  readonly selection: readonly string[];
  /** The enumerant in `values`: the value of an sType. */
  readonly values: string;
  /** Of flags: the struct that replaces them if it is in the pNext chain, and its member; or empty. */
  readonly flagsExtend: readonly string[];
  readonly comment: string;
}

export interface RawStruct {
  readonly name: string;
  readonly union: boolean;
  readonly returnedOnly: boolean;
  readonly allowDuplicate: boolean;
  readonly structExtends: readonly string[];
  readonly members: readonly RawMember[];
}

interface RawCommand {
  readonly name: string;
  readonly returns: string;
  readonly successCodes: readonly string[];
  readonly errorCodes: readonly string[];
  readonly params: readonly RawMember[];
  readonly queues: readonly string[];
  /** Types of the objects that it uses without being passed them, and that no other call may use at the same time. */
  readonly implicitExternsync: readonly string[];
}

interface RawHandle {
  readonly name: string;
  readonly parent: string;
  readonly dispatchable: boolean;
  readonly objectType: string;
}

/** One enumerant: a value, or another's name. */
export interface RawEnumerant {
  readonly name: string;
  readonly value: bigint | number | string | undefined;
  readonly alias: string;
}

export interface RawEnum {
  readonly name: string;
  readonly kind: 'enum' | 'bitmask';
  readonly width: 32 | 64;
  readonly enumerants: RawEnumerant[];
}

export interface RawBitmask {
  readonly name: string;
  readonly width: 32 | 64;
  /** The FlagBits type, `''` if no bit is defined yet. */
  readonly bits: string;
}

export interface RawCallback {
  readonly name: string;
  readonly returns: string;
  readonly params: readonly RawMember[];
}

/** A `<require>` block: what a version or an extension adds, and under which condition. */
export interface RawRequire {
  readonly depends: string;
  readonly types: readonly string[];
  readonly commands: readonly string[];
  /** Enumerants added to an enum, or constants if `extends` is `''`. */
  readonly enumerants: readonly (RawEnumerant & { readonly extends: string })[];
}

/** A core version (`kind` is `'version'`) or an extension. */
export interface RawProvider {
  readonly name: string;
  readonly kind: 'version' | 'instance' | 'device' | '';
  readonly number: string;
  readonly depends: string;
  readonly platform: string;
  readonly promotedTo: string;
  readonly deprecatedBy: string;
  readonly provisional: boolean;
  readonly requires: readonly RawRequire[];
}

/** A format's layout in memory; each plane has the name of the format that it is copied as. */
export interface RawFormat extends Omit<FormatRow, 'planes'> {
  readonly name: string;
  readonly planes: readonly string[];
}

export interface RawRegistry {
  /** `1.4.363`, put together from two `<type category="define">`. */
  headerVersion: string;
  readonly structs: Map<string, RawStruct>;
  readonly enums: Map<string, RawEnum>;
  readonly bitmasks: Map<string, RawBitmask>;
  readonly handles: Map<string, RawHandle>;
  readonly callbacks: Map<string, RawCallback>;
  readonly commands: Map<string, RawCommand>;
  /** `VkBool32` → `uint32_t`, `IOSurfaceRef` → `void*`, `ANativeWindow` → `void` (an opaque struct). */
  readonly baseTypes: Map<string, string>;
  readonly formats: RawFormat[];
  /** Types that the registry uses and a platform's header defines. */
  readonly externalTypes: Set<string>;
  readonly constants: Map<string, RawEnumerant>;
  /** Alias → target, of any category. */
  readonly aliases: Map<string, string>;
  readonly providers: RawProvider[];
  /** Names of all versions and extensions, including those of other APIs and disabled ones. */
  readonly providerNames: Set<string>;
  /** Names of macros and headers, which may be required. */
  readonly others: Set<string>;
  /** The file that defines a type, command, version or extension. */
  readonly files: Map<string, string>;
  /** Keys of the elements and attributes that were read; see account.ts. */
  readonly read: ReadonlySet<string>;
}

/** A rule of validusage.json. */
export interface Sentence {
  readonly vuid: string;
  readonly text: string;
}
