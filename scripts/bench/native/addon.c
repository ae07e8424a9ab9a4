// The contestant that is a native addon, written by hand for the commands that are measured.
#include "addon.h"
#include <string.h>

Procedures procedures;

/** bind(name, address): names are Vulkan's. */
static napi_value bind(napi_env env, napi_callback_info info) {
  static const struct {
    const char *name;
    size_t offset;
  } slots[] = {
      {"vkGetMemoryWin32HandlePropertiesKHR", offsetof(Procedures, query)},
      {"vkCmdPipelineBarrier", offsetof(Procedures, barrier)},
      {"vkCmdPipelineBarrier2", offsetof(Procedures, barrier2)},
      {"vkQueueSubmit2", offsetof(Procedures, submit2)},
      {"vkUpdateDescriptorSets", offsetof(Procedures, update_sets)},
      {"vkCmdDraw", offsetof(Procedures, draw)},
      {"vkCmdPushConstants", offsetof(Procedures, push_constants)},
      {"vkGetPhysicalDeviceMemoryProperties", offsetof(Procedures, memory_properties)},
      {"vkGetPhysicalDeviceProperties2", offsetof(Procedures, properties2)},
  };
  napi_value args[2];
  char name[64];
  uint64_t address;
  if (!arguments(env, info, 2, args) || !to_handle(env, args[1], "address", &address)) return NULL;
  if (napi_get_value_string_utf8(env, args[0], name, sizeof name, NULL) != napi_ok) return NULL;
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
    if (strcmp(slots[i].name, name) == 0) {
      memcpy((char *)&procedures + slots[i].offset, &address, sizeof(void *));
      return NULL;
    }
  napi_throw_error(env, NULL, "no such command");
  return NULL;
}

static bool export(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

NAPI_MODULE_INIT() {
  bool done = prepare_keys(env) && export(env, exports, "bind", bind);
#define EXPORT(name) done = done && export(env, exports, #name, name);
  COMMANDS(EXPORT)
#undef EXPORT
  if (!done) napi_throw_error(env, NULL, "the addon could not start");
  return exports;
}
