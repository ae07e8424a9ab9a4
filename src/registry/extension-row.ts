// The row of an extension: its number, version and kind, what it needs, and what became of it.
import { list } from './rows.ts';

/** An extension. */
export interface ExtensionRow {
  readonly name: string;
  readonly number: number;
  readonly version: number;
  readonly kind: 'instance' | 'device';
  readonly platform: string;
  /** What it needs, as a boolean expression. */
  readonly depends: string;
  readonly promotedTo: string;
  readonly deprecatedBy: string;
  readonly provisional: boolean;
  /** Features that must be enabled with it if the version's feature struct is used: `VkPhysicalDeviceVulkan12Features.drawIndirectCount`. */
  readonly versionFeatures: readonly string[];
}

/** `number version kind platform provisional|depends|promotedTo|deprecatedBy|versionFeatures` */
export function parseExtension(name: string, text: string): ExtensionRow {
  const [head, depends, promotedTo, deprecatedBy, versionFeatures] = text.split('|');
  const [number, version, kind, platform, provisional] = head.split(' ');
  return {
    name,
    number: Number(number),
    version: Number(version),
    kind: kind as 'instance' | 'device',
    platform: platform === '-' ? '' : platform,
    depends,
    promotedTo,
    deprecatedBy,
    provisional: provisional === 'provisional',
    versionFeatures: list(versionFeatures),
  };
}

/** The text of an extension's row. */
export function formatExtension(row: ExtensionRow): string {
  const head = [row.number, row.version, row.kind, row.platform || '-', row.provisional && 'provisional'];
  const words = head.filter(word => word !== false).join(' ');
  return [words, row.depends, row.promotedTo, row.deprecatedBy, row.versionFeatures.join(',')].join('|');
}
