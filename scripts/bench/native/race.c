// The contestant that is C itself: the same structs filled anew for every call, called by pointer. What each gives is
// the sum of what it read; the others must come to the same.
#include "trivial-driver.h"

/** `f` are the commands, `v` the handles and numbers that they are given. */
#define RACE(name) uint32_t name(const PFN_vkVoidFunction *f, const uint64_t *v, uint32_t times)
#define EACH for (uint32_t i = 0; i < times; i++)

RACE(race_query) {
  typedef VkResult (*Query)(uint64_t, uint32_t, uint64_t, Win32HandleProperties *);
  uint32_t answers = 0;
  EACH {
    Win32HandleProperties out = {.sType = WIN32_HANDLE_PROPERTIES};
    if (((Query)f[0])(v[0], v[1], 0x1000 + 4 * (i & 255), &out) < 0) return 0;
    answers += out.memoryTypeBits;
  }
  return answers;
}

RACE(race_draw) {
  EACH((PFN_vkCmdDraw)f[0])((VkCommandBuffer)v[0], i & 1023, 1, 3, 4);
  return 0;
}

RACE(race_bind_pipeline) {
  EACH((PFN_vkCmdBindPipeline)f[0])((VkCommandBuffer)v[0], VK_PIPELINE_BIND_POINT_GRAPHICS, (VkPipeline)v[1]);
  return 0;
}

RACE(race_bind_sets) {
  VkDescriptorSet sets[] = {(VkDescriptorSet)v[2]};
  EACH((PFN_vkCmdBindDescriptorSets)f[0])((VkCommandBuffer)v[0], VK_PIPELINE_BIND_POINT_GRAPHICS,
                                          (VkPipelineLayout)v[1], 0, 1, sets, 0, NULL);
  return 0;
}

/** v[3] floats, the first of them another in each. */
RACE(race_push_constants) {
  float constants[64];
  for (uint32_t k = 0; k < v[3]; k++) constants[k] = k + 1;
  EACH {
    constants[0] = i & 1023;
    ((PFN_vkCmdPushConstants)f[0])((VkCommandBuffer)v[0], (VkPipelineLayout)v[1], v[2], 0, 4 * v[3], constants);
  }
  return 0;
}

/** Each draw binds a pipeline and a set and pushes 32 bytes before it. */
RACE(race_frame) {
  VkCommandBuffer commands = (VkCommandBuffer)v[0];
  VkDescriptorSet sets[] = {(VkDescriptorSet)v[3]};
  float constants[] = {1, 2, 3, 4, 5, 6, 7, 8};
  EACH {
    ((PFN_vkCmdBindPipeline)f[0])(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, (VkPipeline)v[1]);
    ((PFN_vkCmdBindDescriptorSets)f[1])(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, (VkPipelineLayout)v[2], 0, 1, sets,
                                        0, NULL);
    ((PFN_vkCmdPushConstants)f[2])(commands, (VkPipelineLayout)v[2], VK_SHADER_STAGE_VERTEX_BIT, 0, 32, constants);
    ((PFN_vkCmdDraw)f[3])(commands, i & 1023, 1, 0, 0);
  }
  return 0;
}

RACE(race_barrier) {
  EACH {
    VkImageMemoryBarrier b = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
        .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
        .dstAccessMask = VK_ACCESS_SHADER_READ_BIT,
        .oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
        .newLayout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
        .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .image = (VkImage)v[1],
        .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, i & 7, 1, 0, 1},
    };
    ((PFN_vkCmdPipelineBarrier)f[0])((VkCommandBuffer)v[0], VK_PIPELINE_STAGE_TRANSFER_BIT,
                                     VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT, 0, 0, NULL, 0, NULL, 1, &b);
  }
  return 0;
}

RACE(race_barrier2) {
  EACH {
    VkImageMemoryBarrier2 b[8];
    for (uint32_t k = 0; k < 8; k++)
      b[k] = (VkImageMemoryBarrier2){
          .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2,
          .srcStageMask = VK_PIPELINE_STAGE_2_COPY_BIT,
          .srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT,
          .dstStageMask = VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT,
          .dstAccessMask = VK_ACCESS_2_SHADER_SAMPLED_READ_BIT,
          .oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
          .newLayout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
          .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
          .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
          .image = (VkImage)v[1],
          .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, (i + k) & 7, 1, 0, 1},
      };
    VkDependencyInfo info = {
        .sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
        .imageMemoryBarrierCount = 8,
        .pImageMemoryBarriers = b,
    };
    ((PFN_vkCmdPipelineBarrier2)f[0])((VkCommandBuffer)v[0], &info);
  }
  return 0;
}

/** A queue, two command buffers, a semaphore to wait for and one to signal. */
RACE(race_submit2) {
  EACH {
    VkCommandBufferSubmitInfo buffers[2] = {
        {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO, .commandBuffer = (VkCommandBuffer)v[1]},
        {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO, .commandBuffer = (VkCommandBuffer)v[2]},
    };
    VkSemaphoreSubmitInfo wait = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = (VkSemaphore)v[3],
        .value = i,
        .stageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
    };
    VkSemaphoreSubmitInfo signal = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = (VkSemaphore)v[4],
        .value = i + 1,
        .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT,
    };
    VkSubmitInfo2 info = {
        .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
        .waitSemaphoreInfoCount = 1,
        .pWaitSemaphoreInfos = &wait,
        .commandBufferInfoCount = 2,
        .pCommandBufferInfos = buffers,
        .signalSemaphoreInfoCount = 1,
        .pSignalSemaphoreInfos = &signal,
    };
    ((PFN_vkQueueSubmit2)f[0])((VkQueue)v[0], 1, &info, VK_NULL_HANDLE);
  }
  return 0;
}

/** A device, a set, a buffer, and how many writes. */
RACE(race_update_sets) {
  static VkDescriptorBufferInfo infos[1000];
  static VkWriteDescriptorSet writes[1000];
  uint32_t count = v[3];
  if (count > 1000) return 0;
  EACH {
    for (uint32_t k = 0; k < count; k++) {
      infos[k] = (VkDescriptorBufferInfo){(VkBuffer)v[2], 256 * (k & 127), 256 + (i & 7)};
      writes[k] = (VkWriteDescriptorSet){
          .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
          .dstSet = (VkDescriptorSet)v[1],
          .dstBinding = k,
          .descriptorCount = 1,
          .descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
          .pBufferInfo = &infos[k],
      };
    }
    ((PFN_vkUpdateDescriptorSets)f[0])((VkDevice)v[0], count, writes, 0, NULL);
  }
  return 0;
}
