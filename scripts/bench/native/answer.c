// The commands of the addon that answer: each makes a new JS object of what Vulkan wrote.
#include "addon.h"

#define MEMBER(name, kind, count) {KEY_##name, kind, offsetof(STRUCT, name), count, 0, NULL},
#define NESTED(name, type, count) {KEY_##name, OBJECT, offsetof(STRUCT, name), count, sizeof(type), fields_##type},
#define END {.key = KEY_COUNT}

#define STRUCT VkMemoryType
static const Field fields_VkMemoryType[] = {FIELDS_VkMemoryType(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkMemoryHeap
static const Field fields_VkMemoryHeap[] = {FIELDS_VkMemoryHeap(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkPhysicalDeviceLimits
static const Field fields_VkPhysicalDeviceLimits[] = {FIELDS_VkPhysicalDeviceLimits(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkPhysicalDeviceSparseProperties
static const Field fields_VkPhysicalDeviceSparseProperties[] = {
    FIELDS_VkPhysicalDeviceSparseProperties(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkPhysicalDeviceProperties
static const Field fields_VkPhysicalDeviceProperties[] = {FIELDS_VkPhysicalDeviceProperties(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkConformanceVersion
static const Field fields_VkConformanceVersion[] = {FIELDS_VkConformanceVersion(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkPhysicalDeviceIDProperties
static const Field fields_VkPhysicalDeviceIDProperties[] = {FIELDS_VkPhysicalDeviceIDProperties(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkPhysicalDeviceDriverProperties
static const Field fields_VkPhysicalDeviceDriverProperties[] = {
    FIELDS_VkPhysicalDeviceDriverProperties(MEMBER, NESTED) END};
#undef STRUCT
#define STRUCT VkPhysicalDeviceMaintenance3Properties
static const Field fields_VkPhysicalDeviceMaintenance3Properties[] = {
    FIELDS_VkPhysicalDeviceMaintenance3Properties(MEMBER, NESTED) END};
#undef STRUCT

static napi_value fail(napi_env env, const char *command) {
  napi_throw_error(env, NULL, command);
  return NULL;
}

napi_value getMemoryWin32HandlePropertiesKHR(napi_env env, napi_callback_info info) {
  napi_value args[3], object, bits;
  uint64_t device, handle;
  uint32_t type;
  if (!arguments(env, info, 3, args) || !to_handle(env, args[0], "device", &device) ||
      !to_u32(env, args[1], "handleType", &type) || !to_handle(env, args[2], "handle", &handle))
    return NULL;
  Win32HandleProperties out = {.sType = WIN32_HANDLE_PROPERTIES};
  if (procedures.query(device, type, handle, &out) < 0) return fail(env, "vkGetMemoryWin32HandlePropertiesKHR");
  if (napi_create_object(env, &object) != napi_ok) return NULL;
  if (napi_create_uint32(env, out.memoryTypeBits, &bits) != napi_ok) return NULL;
  return put(env, object, KEY_memoryTypeBits, bits) ? object : NULL;
}

static napi_value array_of(napi_env env, const Field *fields, const char *from, uint32_t count, size_t size) {
  napi_value array;
  if (napi_create_array_with_length(env, count, &array) != napi_ok) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    napi_value item = object_of(env, fields, from + i * size);
    if (item == NULL || napi_set_element(env, array, i, item) != napi_ok) return NULL;
  }
  return array;
}

napi_value getPhysicalDeviceMemoryProperties(napi_env env, napi_callback_info info) {
  napi_value args[1], object, value;
  uint64_t gpu;
  if (!arguments(env, info, 1, args) || !to_handle(env, args[0], "physicalDevice", &gpu)) return NULL;
  VkPhysicalDeviceMemoryProperties out;
  procedures.memory_properties(gpu, &out);
  if (napi_create_object(env, &object) != napi_ok) return NULL;
  if (napi_create_uint32(env, out.memoryTypeCount, &value) != napi_ok) return NULL;
  if (!put(env, object, KEY_memoryTypeCount, value)) return NULL;
  value = array_of(env, fields_VkMemoryType, (char *)out.memoryTypes, out.memoryTypeCount, sizeof(VkMemoryType));
  if (value == NULL || !put(env, object, KEY_memoryTypes, value)) return NULL;
  if (napi_create_uint32(env, out.memoryHeapCount, &value) != napi_ok) return NULL;
  if (!put(env, object, KEY_memoryHeapCount, value)) return NULL;
  value = array_of(env, fields_VkMemoryHeap, (char *)out.memoryHeaps, out.memoryHeapCount, sizeof(VkMemoryHeap));
  if (value == NULL || !put(env, object, KEY_memoryHeaps, value)) return NULL;
  return object;
}

/** With the three structs that the bench chains, each with its sType. */
napi_value getPhysicalDeviceProperties2(napi_env env, napi_callback_info info) {
  napi_value args[1];
  uint64_t gpu;
  if (!arguments(env, info, 1, args) || !to_handle(env, args[0], "physicalDevice", &gpu)) return NULL;
  VkPhysicalDeviceMaintenance3Properties maintenance = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES};
  VkPhysicalDeviceDriverProperties driver = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
                                             .pNext = &maintenance};
  VkPhysicalDeviceIDProperties id = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES, .pNext = &driver};
  VkPhysicalDeviceProperties2 out = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &id};
  procedures.properties2(gpu, &out);
  napi_value object, chain, properties = object_of(env, fields_VkPhysicalDeviceProperties, &out.properties);
  if (properties == NULL || napi_create_object(env, &object) != napi_ok) return NULL;
  if (!put(env, object, KEY_properties, properties)) return NULL;
  if (napi_create_array_with_length(env, 3, &chain) != napi_ok) return NULL;
  const struct {
    const Field *fields;
    const void *from;
    uint32_t type;
  } links[] = {
      {fields_VkPhysicalDeviceIDProperties, &id, id.sType},
      {fields_VkPhysicalDeviceDriverProperties, &driver, driver.sType},
      {fields_VkPhysicalDeviceMaintenance3Properties, &maintenance, maintenance.sType},
  };
  for (uint32_t i = 0; i < 3; i++) {
    napi_value link, type;
    if (napi_create_object(env, &link) != napi_ok || napi_create_uint32(env, links[i].type, &type) != napi_ok ||
        !put(env, link, KEY_sType, type) || !put_all(env, link, links[i].fields, links[i].from) ||
        napi_set_element(env, chain, i, link) != napi_ok)
      return NULL;
  }
  return put(env, object, KEY_pNext, chain) ? object : NULL;
}
