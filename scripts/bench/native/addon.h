// The commands of the addon, and the procedures that they call.
#include "value.h"

/** Set by `bind`. */
typedef struct {
  VkResult (*query)(uint64_t, uint32_t, uint64_t, Win32HandleProperties *);
  void (*barrier)(uint64_t, uint32_t, uint32_t, uint32_t, uint32_t, const void *, uint32_t, const void *, uint32_t,
                  const VkImageMemoryBarrier *);
  void (*barrier2)(uint64_t, const VkDependencyInfo *);
  VkResult (*submit2)(uint64_t, uint32_t, const VkSubmitInfo2 *, uint64_t);
  void (*update_sets)(uint64_t, uint32_t, const VkWriteDescriptorSet *, uint32_t, const void *);
  void (*draw)(uint64_t, uint32_t, uint32_t, uint32_t, uint32_t);
  void (*push_constants)(uint64_t, uint64_t, uint32_t, uint32_t, uint32_t, const void *);
  void (*memory_properties)(uint64_t, VkPhysicalDeviceMemoryProperties *);
  void (*properties2)(uint64_t, VkPhysicalDeviceProperties2 *);
} Procedures;

extern Procedures procedures;

#define COMMANDS(X)          \
  X(getMemoryWin32HandlePropertiesKHR) \
  X(cmdPipelineBarrier)      \
  X(cmdPipelineBarrier2)     \
  X(queueSubmit2)            \
  X(updateDescriptorSets)    \
  X(cmdDraw)                 \
  X(cmdPushConstants)        \
  X(getPhysicalDeviceMemoryProperties) \
  X(getPhysicalDeviceProperties2)

#define DECLARE(name) napi_value name(napi_env env, napi_callback_info info);
COMMANDS(DECLARE)
#undef DECLARE
