// Writes fields.h for the benchmark's C addon: the names and offsets of the struct members that it returns to JavaScript.
import { registry } from '../../src/registry/registry.ts';
import type { Member } from '../../src/registry/rows.ts';

/** The structs that the addon returns; each after the structs that it contains. */
const ANSWERED = [
  'VkMemoryType',
  'VkMemoryHeap',
  'VkPhysicalDeviceLimits',
  'VkPhysicalDeviceSparseProperties',
  'VkPhysicalDeviceProperties',
  'VkConformanceVersion',
  'VkPhysicalDeviceIDProperties',
  'VkPhysicalDeviceDriverProperties',
  'VkPhysicalDeviceMaintenance3Properties',
];

const OTHERS = [
  'VkPhysicalDeviceMemoryProperties',
  'VkPhysicalDeviceProperties2',
  'VkMemoryWin32HandlePropertiesKHR',
  'VkImageSubresourceRange',
  'VkImageMemoryBarrier',
  'VkImageMemoryBarrier2',
  'VkDependencyInfo',
  'VkSemaphoreSubmitInfo',
  'VkCommandBufferSubmitInfo',
  'VkSubmitInfo2',
  'VkWriteDescriptorSet',
  'VkDescriptorBufferInfo',
];

const KINDS: Record<string, string> = {
  uint32_t: 'U32',
  uint8_t: 'BYTES',
  uint64_t: 'U64',
  int32_t: 'I32',
  size_t: 'SIZE',
  float: 'F32',
  char: 'TEXT',
};

function fieldOf(m: Member): string {
  const fact = registry.fact(m.base);
  const count = m.extents.reduce((product, n) => product * n, m.extents.length === 0 ? 0 : 1);
  // uint8_t alone (VkConformanceVersion) is a number.
  const isByte = m.base === 'uint8_t' && count === 0;
  if (fact.kind === 'struct') return `NESTED(${m.name}, ${m.base}, ${count})`;
  return `MEMBER(${m.name}, ${isByte ? 'U8' : kindOf(m)}, ${count})`;
}

function kindOf(m: Member): string {
  const fact = registry.fact(m.base);
  if (fact.kind === 'bool') return 'BOOL';
  if (fact.kind === 'enum') return fact.wide ? 'U64' : 'I32';
  if (fact.kind === 'flags') return fact.wide ? 'U64' : 'U32';
  const kind = fact.kind === 'scalar' ? KINDS[fact.c] : undefined;
  if (kind === undefined) throw new Error(`${m.name}: the addon has no kind for ${m.base}`);
  return kind;
}

export function fieldsHeader(): string {
  const membersOf = (name: string) => registry.struct(name).members;
  const keys = new Set([...ANSWERED, ...OTHERS].flatMap(name => membersOf(name).map(m => m.name)));
  const lines = ANSWERED.map(name => {
    const fields = membersOf(name).filter(m => m.name !== 'sType' && m.name !== 'pNext');
    return `#define FIELDS_${name}(MEMBER, NESTED) ${fields.map(fieldOf).join(' ')}`;
  });
  return [
    '// Written by scripts/bench/fields.ts: the names of members, and the fields of structs that go to JS.',
    `#define KEYS(X) ${[...keys].map(key => `X(${key})`).join(' ')}`,
    ...lines,
    '',
  ].join('\n');
}
