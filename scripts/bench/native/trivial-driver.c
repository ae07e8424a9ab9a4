// A Vulkan driver of trivial functions: what is measured against it is the way to a call, not a driver's work.
// Each command adds what it was given to a sum, so that a contestant that passes wrong bytes is found out.
#include "trivial-driver.h"
#include <string.h>

static uint32_t sum;
static const void *seen;

/** What the commands were given since the library was loaded, modulo 2^32. */
uint32_t driver_sum(void) { return sum; }

/** The last array that came by address. */
uint64_t driver_seen(void) { return (uint64_t)(uintptr_t)seen; }

static uint64_t next_handle(void) {
  static uint64_t last = 0x10000;
  return __atomic_add_fetch(&last, 16, __ATOMIC_RELAXED);
}

// Objects: every vkCreate… has one signature, every vkDestroy… another.

static VkResult create_instance(const void *info, const void *allocator, uint64_t *handle) {
  (void)info, (void)allocator;
  *handle = next_handle();
  return VK_SUCCESS;
}

static VkResult create(uint64_t parent, const void *info, const void *allocator, uint64_t *handle) {
  (void)parent;
  return create_instance(info, allocator, handle);
}

static void destroy(uint64_t parent, uint64_t handle, const void *allocator) {
  (void)parent, (void)handle, (void)allocator;
}

static VkResult create_shader_module(uint64_t device, const VkShaderModuleCreateInfo *info, const void *allocator,
                                     uint64_t *handle) {
  seen = info->pCode;
  sum += info->pCode[0] + info->pCode[info->codeSize / 4 - 1];
  return create(device, info, allocator, handle);
}

static VkResult create_pipelines(uint64_t device, uint64_t cache, uint32_t count, const void *infos,
                                 const void *allocator, uint64_t *handles) {
  (void)device, (void)cache, (void)infos, (void)allocator;
  for (uint32_t i = 0; i < count; i++) handles[i] = next_handle();
  return VK_SUCCESS;
}

static VkResult enumerate_devices(uint64_t instance, uint32_t *count, uint64_t *handles) {
  (void)instance;
  *count = 1;
  if (handles != NULL) *handles = 0x1000;
  return VK_SUCCESS;
}

static VkResult enumerate_extensions(uint64_t gpu, const char *layer, uint32_t *count, VkExtensionProperties *out) {
  (void)gpu, (void)layer;
  *count = 1;
  if (out != NULL) strcpy(out->extensionName, "VK_KHR_external_memory_win32");
  return VK_SUCCESS;
}

static void properties(uint64_t gpu, VkPhysicalDeviceProperties *out) {
  (void)gpu;
  out->apiVersion = VK_API_VERSION_1_3;
  strcpy(out->deviceName, "benchmark driver");
}

static void get_queue(uint64_t device, uint32_t family, uint32_t index, uint64_t *queue) {
  *queue = device + 1 + family + index;
}

static VkResult allocate_command_buffers(uint64_t device, const VkCommandBufferAllocateInfo *info, uint64_t *out) {
  (void)device;
  for (uint32_t i = 0; i < info->commandBufferCount; i++) out[i] = next_handle();
  return VK_SUCCESS;
}

static VkResult allocate_sets(uint64_t device, const VkDescriptorSetAllocateInfo *info, uint64_t *out) {
  (void)device;
  for (uint32_t i = 0; i < info->descriptorSetCount; i++) out[i] = next_handle();
  return VK_SUCCESS;
}

static VkResult allocate_memory(uint64_t device, const VkMemoryAllocateInfo *info, const void *allocator,
                                uint64_t *out) {
  sum += info->sType + (uint32_t)info->allocationSize + 2 * info->memoryTypeIndex;
  return create(device, info, allocator, out);
}

static VkResult free_sets(uint64_t device, uint64_t pool, uint32_t count, const uint64_t *sets) {
  (void)device, (void)pool, (void)sets;
  sum += count;
  return VK_SUCCESS;
}

static void free_command_buffers(uint64_t device, uint64_t pool, uint32_t count, const uint64_t *buffers) {
  free_sets(device, pool, count, buffers);
}

// What is measured.

static VkResult query(uint64_t device, uint32_t type, uint64_t handle, Win32HandleProperties *out) {
  (void)device;
  out->memoryTypeBits = (uint32_t)handle ^ type;
  return VK_SUCCESS;
}

static uint32_t range(const VkImageSubresourceRange *r) {
  return r->aspectMask + 2 * r->baseMipLevel + 3 * r->levelCount + 4 * r->baseArrayLayer + 5 * r->layerCount;
}

static void pipeline_barrier(uint64_t commands, uint32_t from, uint32_t to, uint32_t flags, uint32_t memory_count,
                             const void *memory, uint32_t buffer_count, const void *buffers, uint32_t image_count,
                             const VkImageMemoryBarrier *images) {
  (void)commands, (void)memory, (void)buffers;
  sum += from + 2 * to + 3 * flags + memory_count + buffer_count;
  for (uint32_t i = 0; i < image_count; i++) {
    const VkImageMemoryBarrier *b = &images[i];
    sum += b->sType + (b->pNext != NULL) + 2 * b->srcAccessMask + 3 * b->dstAccessMask + 4 * b->oldLayout +
           5 * b->newLayout + 6 * b->srcQueueFamilyIndex + 7 * b->dstQueueFamilyIndex +
           8 * (uint32_t)(uintptr_t)b->image + range(&b->subresourceRange);
  }
}

static void pipeline_barrier2(uint64_t commands, const VkDependencyInfo *info) {
  (void)commands;
  sum += info->sType + info->dependencyFlags + info->memoryBarrierCount + info->bufferMemoryBarrierCount;
  for (uint32_t i = 0; i < info->imageMemoryBarrierCount; i++) {
    const VkImageMemoryBarrier2 *b = &info->pImageMemoryBarriers[i];
    sum += b->sType + (b->pNext != NULL) + (uint32_t)b->srcStageMask + 2 * (uint32_t)b->srcAccessMask +
           3 * (uint32_t)b->dstStageMask + 4 * (uint32_t)b->dstAccessMask + 5 * b->oldLayout + 6 * b->newLayout +
           7 * b->srcQueueFamilyIndex + 8 * b->dstQueueFamilyIndex + 9 * (uint32_t)(uintptr_t)b->image +
           range(&b->subresourceRange);
  }
}

static uint32_t semaphores(uint32_t count, const VkSemaphoreSubmitInfo *infos) {
  uint32_t total = 0;
  for (uint32_t i = 0; i < count; i++)
    total += infos[i].sType + 2 * (uint32_t)(uintptr_t)infos[i].semaphore + 3 * (uint32_t)infos[i].value +
             4 * (uint32_t)infos[i].stageMask + 5 * infos[i].deviceIndex;
  return total;
}

static VkResult queue_submit2(uint64_t queue, uint32_t count, const VkSubmitInfo2 *submits, uint64_t fence) {
  (void)queue;
  sum += (uint32_t)fence;
  for (uint32_t i = 0; i < count; i++) {
    const VkSubmitInfo2 *s = &submits[i];
    sum += s->sType + s->flags + semaphores(s->waitSemaphoreInfoCount, s->pWaitSemaphoreInfos) +
           2 * semaphores(s->signalSemaphoreInfoCount, s->pSignalSemaphoreInfos);
    for (uint32_t c = 0; c < s->commandBufferInfoCount; c++) {
      const VkCommandBufferSubmitInfo *info = &s->pCommandBufferInfos[c];
      sum += info->sType + 2 * (uint32_t)(uintptr_t)info->commandBuffer + 3 * info->deviceMask;
    }
  }
  return VK_SUCCESS;
}

static void update_sets(uint64_t device, uint32_t count, const VkWriteDescriptorSet *writes, uint32_t copy_count,
                        const void *copies) {
  (void)device, (void)copies;
  sum += copy_count;
  for (uint32_t i = 0; i < count; i++) {
    const VkWriteDescriptorSet *w = &writes[i];
    sum += w->sType + 2 * (uint32_t)(uintptr_t)w->dstSet + 3 * w->dstBinding + 4 * w->dstArrayElement +
           6 * w->descriptorType;
    for (uint32_t d = 0; d < w->descriptorCount; d++)
      sum += 7 * (uint32_t)(uintptr_t)w->pBufferInfo[d].buffer + 8 * (uint32_t)w->pBufferInfo[d].offset +
             9 * (uint32_t)w->pBufferInfo[d].range;
  }
}

static void bind_pipeline(uint64_t commands, uint32_t point, uint64_t pipeline) {
  (void)commands;
  sum += point + 2 * (uint32_t)pipeline;
}

static void bind_sets(uint64_t commands, uint32_t point, uint64_t layout, uint32_t first, uint32_t count,
                      const uint64_t *sets, uint32_t offset_count, const uint32_t *offsets) {
  (void)commands;
  sum += point + 2 * (uint32_t)layout + 3 * first;
  for (uint32_t i = 0; i < count; i++) sum += 4 * (uint32_t)sets[i];
  for (uint32_t i = 0; i < offset_count; i++) sum += 5 * offsets[i];
}

static void draw(uint64_t commands, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  (void)commands;
  sum += a + 2 * b + 3 * c + 4 * d;
}

static void push_constants(uint64_t commands, uint64_t layout, uint32_t stages, uint32_t offset, uint32_t size,
                           const uint32_t *values) {
  (void)commands, (void)layout;
  sum += stages + 2 * offset + 3 * size + values[0] + values[size / 4 - 1];
}

static void update_buffer(uint64_t commands, uint64_t buffer, uint64_t offset, uint64_t size, const uint32_t *data) {
  (void)commands, (void)buffer, (void)offset;
  seen = data;
  sum += data[0] + data[size / 4 - 1];
}

static void copy_buffer(uint64_t commands, uint64_t from, uint64_t to, uint32_t count, const VkBufferCopy *regions) {
  (void)commands, (void)from, (void)to;
  for (uint32_t i = 0; i < count; i++)
    sum += (uint32_t)(regions[i].srcOffset + 2 * regions[i].dstOffset + 3 * regions[i].size);
}

typedef void (*Procedure)(void);
static const struct {
  const char *name;
  Procedure procedure;
} procedures[] = {
    {"vkCreateInstance", (Procedure)create_instance},
    {"vkEnumeratePhysicalDevices", (Procedure)enumerate_devices},
    {"vkGetPhysicalDeviceProperties", (Procedure)properties},
    {"vkEnumerateDeviceExtensionProperties", (Procedure)enumerate_extensions},
    {"vkCreateShaderModule", (Procedure)create_shader_module},
    {"vkGetDeviceQueue", (Procedure)get_queue},
    {"vkAllocateCommandBuffers", (Procedure)allocate_command_buffers},
    {"vkAllocateDescriptorSets", (Procedure)allocate_sets},
    {"vkGetMemoryWin32HandlePropertiesKHR", (Procedure)query},
    {"vkCmdPipelineBarrier", (Procedure)pipeline_barrier},
    {"vkCmdPipelineBarrier2", (Procedure)pipeline_barrier2},
    {"vkQueueSubmit2", (Procedure)queue_submit2},
    {"vkUpdateDescriptorSets", (Procedure)update_sets},
    {"vkCreateGraphicsPipelines", (Procedure)create_pipelines},
    {"vkCreateComputePipelines", (Procedure)create_pipelines},
    {"vkAllocateMemory", (Procedure)allocate_memory},
    {"vkFreeMemory", (Procedure)destroy},
    {"vkFreeDescriptorSets", (Procedure)free_sets},
    {"vkFreeCommandBuffers", (Procedure)free_command_buffers},
    {"vkCmdBindPipeline", (Procedure)bind_pipeline},
    {"vkCmdBindDescriptorSets", (Procedure)bind_sets},
    {"vkCmdDraw", (Procedure)draw},
    {"vkCmdPushConstants", (Procedure)push_constants},
    {"vkCmdUpdateBuffer", (Procedure)update_buffer},
    {"vkCmdCopyBuffer", (Procedure)copy_buffer},
};

Procedure driver_procedure(uint64_t handle, const char *name) {
  (void)handle;
  for (size_t i = 0; i < sizeof procedures / sizeof *procedures; i++)
    if (strcmp(name, procedures[i].name) == 0) return procedures[i].procedure;
  if (strcmp(name, "vkGetInstanceProcAddr") == 0 || strcmp(name, "vkGetDeviceProcAddr") == 0)
    return (Procedure)driver_procedure;
  if (strncmp(name, "vkCreate", 8) == 0) return (Procedure)create;
  if (strncmp(name, "vkDestroy", 9) == 0) return (Procedure)destroy;
  return NULL;
}
