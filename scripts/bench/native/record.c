// The commands of the addon that take objects: each reads them into C structs and calls Vulkan.
#include "addon.h"

/** What fits into C's stack: the bench gives no more. */
enum { MOST = 1000 };

static napi_value too_many(napi_env env) {
  napi_throw_range_error(env, NULL, "expected at most 32 elements");
  return NULL;
}

static bool read_range(napi_env env, napi_value object, VkImageSubresourceRange *out) {
  napi_value range;
  return read_object(env, object, KEY_subresourceRange, &range) &&
         read_u32(env, range, KEY_aspectMask, &out->aspectMask) &&
         read_u32(env, range, KEY_baseMipLevel, &out->baseMipLevel) &&
         read_u32(env, range, KEY_levelCount, &out->levelCount) &&
         read_u32(env, range, KEY_baseArrayLayer, &out->baseArrayLayer) &&
         read_u32(env, range, KEY_layerCount, &out->layerCount);
}

static bool read_barrier(napi_env env, napi_value object, VkImageMemoryBarrier *out) {
  out->sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER;
  out->pNext = NULL;
  return read_u32(env, object, KEY_srcAccessMask, &out->srcAccessMask) &&
         read_u32(env, object, KEY_dstAccessMask, &out->dstAccessMask) &&
         read_u32(env, object, KEY_oldLayout, &out->oldLayout) &&
         read_u32(env, object, KEY_newLayout, &out->newLayout) &&
         read_u32(env, object, KEY_srcQueueFamilyIndex, &out->srcQueueFamilyIndex) &&
         read_u32(env, object, KEY_dstQueueFamilyIndex, &out->dstQueueFamilyIndex) &&
         read_handle(env, object, KEY_image, (uint64_t *)&out->image) &&
         read_range(env, object, &out->subresourceRange);
}

static bool read_barrier2(napi_env env, napi_value object, VkImageMemoryBarrier2 *out) {
  out->sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2;
  out->pNext = NULL;
  return read_u64(env, object, KEY_srcStageMask, &out->srcStageMask) &&
         read_u64(env, object, KEY_srcAccessMask, &out->srcAccessMask) &&
         read_u64(env, object, KEY_dstStageMask, &out->dstStageMask) &&
         read_u64(env, object, KEY_dstAccessMask, &out->dstAccessMask) &&
         read_u32(env, object, KEY_oldLayout, &out->oldLayout) &&
         read_u32(env, object, KEY_newLayout, &out->newLayout) &&
         read_u32(env, object, KEY_srcQueueFamilyIndex, &out->srcQueueFamilyIndex) &&
         read_u32(env, object, KEY_dstQueueFamilyIndex, &out->dstQueueFamilyIndex) &&
         read_handle(env, object, KEY_image, (uint64_t *)&out->image) &&
         read_range(env, object, &out->subresourceRange);
}

/** cmdPipelineBarrier(commandBuffer, srcStageMask, dstStageMask, flags, [], [], imageBarriers) */
napi_value cmdPipelineBarrier(napi_env env, napi_callback_info info) {
  napi_value args[7];
  uint64_t commands;
  uint32_t from, to, flags, counts[3];
  if (!arguments(env, info, 7, args) || !to_handle(env, args[0], "commandBuffer", &commands) ||
      !to_u32(env, args[1], "srcStageMask", &from) || !to_u32(env, args[2], "dstStageMask", &to) ||
      !to_u32(env, args[3], "dependencyFlags", &flags))
    return NULL;
  for (int i = 0; i < 3; i++)
    if (napi_get_array_length(env, args[4 + i], &counts[i]) != napi_ok) {
      napi_throw_type_error(env, NULL, "barriers: expected an array");
      return NULL;
    }
  VkImageMemoryBarrier images[MOST];
  if (counts[0] > 0 || counts[1] > 0 || counts[2] > MOST) return too_many(env);
  for (uint32_t i = 0; i < counts[2]; i++) {
    napi_value object;
    if (!element(env, args[6], i, &object) || !read_barrier(env, object, &images[i])) return NULL;
  }
  procedures.barrier(commands, from, to, flags, 0, NULL, 0, NULL, counts[2], images);
  return NULL;
}

/** cmdPipelineBarrier2(commandBuffer, { dependencyFlags, pImageMemoryBarriers }) */
napi_value cmdPipelineBarrier2(napi_env env, napi_callback_info info) {
  napi_value args[2], array;
  uint64_t commands;
  VkDependencyInfo dependency = {.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  VkImageMemoryBarrier2 images[MOST];
  if (!arguments(env, info, 2, args) || !to_handle(env, args[0], "commandBuffer", &commands) ||
      !read_u32(env, args[1], KEY_dependencyFlags, &dependency.dependencyFlags) ||
      !read_array(env, args[1], KEY_pMemoryBarriers, &array, &dependency.memoryBarrierCount) ||
      !read_array(env, args[1], KEY_pBufferMemoryBarriers, &array, &dependency.bufferMemoryBarrierCount) ||
      !read_array(env, args[1], KEY_pImageMemoryBarriers, &array, &dependency.imageMemoryBarrierCount))
    return NULL;
  if (dependency.memoryBarrierCount > 0 || dependency.bufferMemoryBarrierCount > 0 ||
      dependency.imageMemoryBarrierCount > MOST)
    return too_many(env);
  for (uint32_t i = 0; i < dependency.imageMemoryBarrierCount; i++) {
    napi_value object;
    if (!element(env, array, i, &object) || !read_barrier2(env, object, &images[i])) return NULL;
  }
  dependency.pImageMemoryBarriers = images;
  procedures.barrier2(commands, &dependency);
  return NULL;
}

static bool read_semaphores(napi_env env, napi_value submit, Key key, VkSemaphoreSubmitInfo *out, uint32_t *count) {
  napi_value array;
  if (!read_array(env, submit, key, &array, count)) return false;
  if (*count > MOST) {
    too_many(env);
    return false;
  }
  for (uint32_t i = 0; i < *count; i++) {
    napi_value object;
    out[i].sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO;
    out[i].pNext = NULL;
    if (!element(env, array, i, &object) ||
        !read_handle(env, object, KEY_semaphore, (uint64_t *)&out[i].semaphore) ||
        !read_u64(env, object, KEY_value, &out[i].value) ||
        !read_u64(env, object, KEY_stageMask, &out[i].stageMask) ||
        !read_u32(env, object, KEY_deviceIndex, &out[i].deviceIndex))
      return false;
  }
  return true;
}

/** queueSubmit2(queue, [submit], fence): one submit, which is what the bench gives. */
napi_value queueSubmit2(napi_env env, napi_callback_info info) {
  napi_value args[3], object, array;
  uint64_t queue, fence;
  uint32_t count;
  VkSubmitInfo2 submit = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
  VkSemaphoreSubmitInfo wait[MOST], signal[MOST];
  VkCommandBufferSubmitInfo buffers[MOST];
  if (!arguments(env, info, 3, args) || !to_handle(env, args[0], "queue", &queue) ||
      !to_handle(env, args[2], "fence", &fence))
    return NULL;
  if (napi_get_array_length(env, args[1], &count) != napi_ok || count != 1) return too_many(env);
  if (!element(env, args[1], 0, &object) || !read_u32(env, object, KEY_flags, &submit.flags) ||
      !read_semaphores(env, object, KEY_pWaitSemaphoreInfos, wait, &submit.waitSemaphoreInfoCount) ||
      !read_semaphores(env, object, KEY_pSignalSemaphoreInfos, signal, &submit.signalSemaphoreInfoCount) ||
      !read_array(env, object, KEY_pCommandBufferInfos, &array, &submit.commandBufferInfoCount))
    return NULL;
  if (submit.commandBufferInfoCount > MOST) return too_many(env);
  for (uint32_t i = 0; i < submit.commandBufferInfoCount; i++) {
    napi_value item;
    buffers[i].sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO;
    buffers[i].pNext = NULL;
    if (!element(env, array, i, &item) ||
        !read_handle(env, item, KEY_commandBuffer, (uint64_t *)&buffers[i].commandBuffer) ||
        !read_u32(env, item, KEY_deviceMask, &buffers[i].deviceMask))
      return NULL;
  }
  submit.pWaitSemaphoreInfos = wait;
  submit.pSignalSemaphoreInfos = signal;
  submit.pCommandBufferInfos = buffers;
  if (procedures.submit2(queue, 1, &submit, fence) < 0) napi_throw_error(env, NULL, "vkQueueSubmit2");
  return NULL;
}

/** updateDescriptorSets(device, writes, []): writes of one buffer each. */
napi_value updateDescriptorSets(napi_env env, napi_callback_info info) {
  napi_value args[3];
  uint64_t device;
  uint32_t count, copies;
  VkWriteDescriptorSet writes[MOST];
  VkDescriptorBufferInfo buffers[MOST];
  if (!arguments(env, info, 3, args) || !to_handle(env, args[0], "device", &device)) return NULL;
  if (napi_get_array_length(env, args[1], &count) != napi_ok || count > MOST) return too_many(env);
  if (napi_get_array_length(env, args[2], &copies) != napi_ok || copies > 0) return too_many(env);
  for (uint32_t i = 0; i < count; i++) {
    napi_value object, array, inner;
    VkWriteDescriptorSet *w = &writes[i];
    *w = (VkWriteDescriptorSet){.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET, .pBufferInfo = &buffers[i]};
    if (!element(env, args[1], i, &object) || !read_handle(env, object, KEY_dstSet, (uint64_t *)&w->dstSet) ||
        !read_u32(env, object, KEY_dstBinding, &w->dstBinding) ||
        !read_u32(env, object, KEY_dstArrayElement, &w->dstArrayElement) ||
        !read_u32(env, object, KEY_descriptorType, &w->descriptorType) ||
        !read_array(env, object, KEY_pBufferInfo, &array, &w->descriptorCount))
      return NULL;
    if (w->descriptorCount != 1) return too_many(env);
    if (!element(env, array, 0, &inner) ||
        !read_handle(env, inner, KEY_buffer, (uint64_t *)&buffers[i].buffer) ||
        !read_u64(env, inner, KEY_offset, &buffers[i].offset) ||
        !read_u64(env, inner, KEY_range, &buffers[i].range))
      return NULL;
  }
  procedures.update_sets(device, count, writes, 0, NULL);
  return NULL;
}

/** The handle and `count` integers that follow it. */
static bool integers(napi_env env, napi_callback_info info, uint64_t *commands, uint32_t *values, size_t count) {
  napi_value args[5];
  if (!arguments(env, info, count + 1, args) || !to_handle(env, args[0], "commandBuffer", commands)) return false;
  for (size_t i = 0; i < count; i++)
    if (!to_u32(env, args[i + 1], "argument", &values[i])) return false;
  return true;
}

napi_value cmdDraw(napi_env env, napi_callback_info info) {
  uint64_t commands;
  uint32_t values[4];
  if (integers(env, info, &commands, values, 4))
    procedures.draw(commands, values[0], values[1], values[2], values[3]);
  return NULL;
}

napi_value cmdPushConstants(napi_env env, napi_callback_info info) {
  napi_value args[5];
  uint64_t commands, layout;
  uint32_t stages, offset;
  napi_typedarray_type type;
  size_t length;
  void *bytes;
  if (!arguments(env, info, 5, args) || !to_handle(env, args[0], "commandBuffer", &commands) ||
      !to_handle(env, args[1], "layout", &layout) || !to_u32(env, args[2], "stageFlags", &stages) ||
      !to_u32(env, args[3], "offset", &offset))
    return NULL;
  if (napi_get_typedarray_info(env, args[4], &type, &length, &bytes, NULL, NULL) != napi_ok) {
    napi_throw_type_error(env, NULL, "pValues: expected a typed array");
    return NULL;
  }
  static const uint8_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  procedures.push_constants(commands, layout, stages, offset, (uint32_t)length * sizes[type], bytes);
  return NULL;
}
