// Writes the driver's C source: a function for every command, made from the names in the headers, and their table.
import { readFileSync } from 'node:fs';
import { PLATFORM_TYPEDEFS } from '../../scripts/layout-oracle/platform-types.ts';
import { Types } from './c-types.ts';
import type { Model } from './model.ts';
import { commandSource, functionName } from './source-command.ts';
import { COMMANDS, SUPPORT } from './source-prose.ts';
import { readSources } from './source-read.ts';
import { writeSources, writtenStructs } from './source-write.ts';

export function driverSource(model: Model): string {
  const types = new Types(model);
  const structs = [...model.structs.values()];
  const written = writtenStructs(model, types);
  const commands = model.commands.map(command => COMMANDS[command.name] ?? commandSource(types, command));
  const names = [...model.commands.map(c => [c.name, c.name] as const), ...model.aliases].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return [
    '#define VK_NO_PROTOTYPES',
    '#define VK_ENABLE_BETA_EXTENSIONS',
    '#include <vulkan/vk_platform.h>',
    '#include <vulkan/vulkan_core.h>',
    ...Object.values(PLATFORM_TYPEDEFS),
    ...model.headers.map(header => `#include <vulkan/${header}>`),
    ...model.videoHeaders.map(header => `#include <vk_video/${header}>`),
    readFileSync(new URL('judge.h', import.meta.url), 'utf8'),
    `static unsigned reads[${structs.length}], writes[${structs.length}];`,
    `static const char *const struct_names[] = { ${structs.map(s => `"${s.name}"`).join(', ')} };`,
    ...(['instance', 'device'] as const).map(type => {
      const names = model.extensions.filter(e => e.type === type).map(e => `"${e.name}"`);
      return `static const char *const ${type}_extensions[] = { ${names.join(', ')} };`;
    }),
    'static PFN_vkVoidFunction address_of(const char *name);',
    'static void structure_type(VkStructureType found, VkStructureType right) { if (found == right) put("\\"right\\","); else WORD(found); }',
    ...[...written].map(name => `static void write_${name}(${name} *p);`),
    SUPPORT,
    ...readSources(model, types),
    ...writeSources(model, types),
    ...structs
      .filter(s => !s.union)
      .map(
        ({ name, sType }) => `#define HEAD_${name}(p) ${sType === '' ? 'put("true,")' : `head_${name}(p)`}`,
      ),
    ...commands,
    'struct entry { const char *name; PFN_vkVoidFunction function; };',
    'static const struct entry entries[] = {',
    ...names.map(([name, target]) => `  { "${name}", (PFN_vkVoidFunction)${functionName(target)} },`),
    '};',
    // Lets the compiler compare each function with its type in the headers.
    ...names.map(
      ([name, target]) =>
        `static const PFN_${name} typed_${name} __attribute__((unused)) = ${functionName(target)};`,
    ),
    'struct one { const char *name; void (*read)(const void *); void (*write)(void *); };',
    'static const struct one ones[] = {',
    ...structs
      .filter(s => !s.union)
      .map(
        ({ name }) =>
          `  { "${name}", (void (*)(const void *))read_${name}, ${written.has(name) ? `(void (*)(void *))write_${name}` : 'NULL'} },`,
      ),
    '};',
    ENDING,
  ].join('\n');
}

const ENDING = `
static int compare_entries(const void *a, const void *b) {
  return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}
static PFN_vkVoidFunction address_of(const char *name) {
  struct entry wanted = { name, NULL };
  const struct entry *found =
      bsearch(&wanted, entries, sizeof entries / sizeof *entries, sizeof *entries, compare_entries);
  return found == NULL ? NULL : found->function;
}
EXPORT PFN_vkVoidFunction vkGetInstanceProcAddr(VkInstance instance, const char *pName) {
  return judge_vkGetInstanceProcAddr(instance, pName);
}
static const struct one *one_of(const char *name) {
  for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
    if (strcmp(ones[i].name, name) == 0) return &ones[i];
  abort();
}
// Reads a struct by itself, and tells it as if it were the only argument of a call.
EXPORT void judge_read(const char *name, const void *p) {
  BEGIN(name, );
  key(name, "p");
  reading_alone = 1;
  one_of(name)->read(p);
  reading_alone = 0;
  OUTPUTS();
  END();
}
EXPORT void judge_write(const char *name, void *p) {
  BEGIN(name, );
  OUTPUTS();
  reading_output = 1;
  one_of(name)->write(p);
  key(name, "p");
  one_of(name)->read(p);
  reading_output = 0;
  END();
}
// How often each struct was read and written.
EXPORT void judge_account(void) {
  put("{");
  for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
    char line[160];
    snprintf(line, sizeof line, "\\"%s\\":[%u,%u],", struct_names[i], reads[i], writes[i]);
    put(line);
  }
  end("}\\n");
}
`;
