// The contestant that is C itself: the same structs filled anew for every call, called by pointer.
#include "target.h"

typedef VkResult (*Query)(uint64_t, uint32_t, uint64_t, Win32HandleProperties *);

/** Gives the sum of the answers. */
uint32_t race_query(Query query, uint64_t device, uint32_t type, uint32_t times) {
  uint32_t answers = 0;
  for (uint32_t i = 0; i < times; i++) {
    Win32HandleProperties out = {.sType = WIN32_HANDLE_PROPERTIES};
    if (query(device, type, 0x1000 + 4 * (i & 255), &out) < 0) return 0;
    answers += out.memoryTypeBits;
  }
  return answers;
}

void race_barrier(PFN_vkCmdPipelineBarrier barrier, VkCommandBuffer commands, uint64_t image, uint32_t times) {
  for (uint32_t i = 0; i < times; i++) {
    VkImageMemoryBarrier b = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
        .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
        .dstAccessMask = VK_ACCESS_SHADER_READ_BIT,
        .oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
        .newLayout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
        .srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
        .image = (VkImage)image,
        .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, i & 7, 1, 0, 1},
    };
    barrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT, 0, 0, NULL, 0, NULL, 1,
            &b);
  }
}

/** Records so many draws; each binds a pipeline and a set and pushes 32 bytes before it. */
void race_draws(PFN_vkCmdBindPipeline bind_pipeline, PFN_vkCmdBindDescriptorSets bind_sets,
                PFN_vkCmdPushConstants push, PFN_vkCmdDraw draw, VkCommandBuffer commands, uint64_t pipeline,
                uint64_t layout, uint64_t set, const void *constants, uint32_t times) {
  VkDescriptorSet sets[] = {(VkDescriptorSet)set};
  for (uint32_t i = 0; i < times; i++) {
    bind_pipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, (VkPipeline)pipeline);
    bind_sets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, (VkPipelineLayout)layout, 0, 1, sets, 0, NULL);
    push(commands, (VkPipelineLayout)layout, VK_SHADER_STAGE_VERTEX_BIT, 0, 32, constants);
    draw(commands, i & 1023, 1, 0, 0);
  }
}

void race_barrier2(PFN_vkCmdPipelineBarrier2 barrier, VkCommandBuffer commands, uint64_t image, uint32_t times) {
  for (uint32_t i = 0; i < times; i++) {
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
          .image = (VkImage)image,
          .subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, (i + k) & 7, 1, 0, 1},
      };
    VkDependencyInfo info = {
        .sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
        .imageMemoryBarrierCount = 8,
        .pImageMemoryBarriers = b,
    };
    barrier(commands, &info);
  }
}

void race_submit2(PFN_vkQueueSubmit2 submit, VkQueue queue, const uint64_t *handles, uint32_t times) {
  for (uint32_t i = 0; i < times; i++) {
    VkCommandBufferSubmitInfo buffers[2] = {
        {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO, .commandBuffer = (VkCommandBuffer)handles[0]},
        {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO, .commandBuffer = (VkCommandBuffer)handles[1]},
    };
    VkSemaphoreSubmitInfo wait = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = (VkSemaphore)handles[2],
        .value = i,
        .stageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
    };
    VkSemaphoreSubmitInfo signal = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = (VkSemaphore)handles[3],
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
    submit(queue, 1, &info, VK_NULL_HANDLE);
  }
}

void race_update_sets(PFN_vkUpdateDescriptorSets update, VkDevice device, uint64_t set, uint64_t buffer,
                      uint32_t times) {
  for (uint32_t i = 0; i < times; i++) {
    VkDescriptorBufferInfo infos[16];
    VkWriteDescriptorSet writes[16];
    for (uint32_t k = 0; k < 16; k++) {
      infos[k] = (VkDescriptorBufferInfo){(VkBuffer)buffer, 256 * k, 256 + (i & 7)};
      writes[k] = (VkWriteDescriptorSet){
          .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
          .dstSet = (VkDescriptorSet)set,
          .dstBinding = k,
          .descriptorCount = 1,
          .descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
          .pBufferInfo = &infos[k],
      };
    }
    update(device, 16, writes, 0, NULL);
  }
}
