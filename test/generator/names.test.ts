// C names become the right names in TypeScript, with one example for each rule of README's table.
import { expect } from 'chai';
import {
  constantName,
  enumPrefix,
  isVendorTag,
  memberName,
  parameterName,
  vendorTag,
} from '../../scripts/generate/name.ts';
import { methodName } from '../../src/registry/shape.ts';

function table<A extends unknown[]>(rule: string, name: (...args: A) => unknown, rows: [...A, unknown][]) {
  describe(`generator: ${rule}`, () => {
    for (const row of rows) {
      const [args, wanted] = [row.slice(0, -1) as A, row.at(-1)];
      it(`${args.join(' ')} → ${wanted}`, () => expect(name(...args)).to.equal(wanted));
    }
  });
}

table('commands drop vk', methodName, [
  ['vkGetMemoryWin32HandlePropertiesKHR', 'getMemoryWin32HandlePropertiesKHR'],
  ['vkCmdDraw', 'cmdDraw'],
]);

table('constants drop VK_', constantName, [
  ['VK_WHOLE_SIZE', 'WHOLE_SIZE'],
  ['VK_KHR_EXTERNAL_MEMORY_WIN32_EXTENSION_NAME', 'KHR_EXTERNAL_MEMORY_WIN32_EXTENSION_NAME'],
  ['STD_VIDEO_H264_MAX_CHROMA_PLANES', 'STD_VIDEO_H264_MAX_CHROMA_PLANES'],
]);

table('parameters that TypeScript reserves get _', parameterName, [
  ['function', 'function_'],
  ['in', 'in_'],
  ['device', 'device'],
  ['functions', 'functions'],
]);

table('the vendor tag of a type', vendorTag, [
  ['VkDebugUtilsMessageTypeFlagBitsEXT', 'EXT'],
  ['VkCuModuleNVX', 'NVX'],
  ['VkGpaSampleTypeAMDX', 'AMDX'],
  ['VkImageType', undefined],
]);

table('prefixes of enums', enumPrefix, [
  ['VkImageType', 'VK_IMAGE_TYPE_'],
  ['VkExternalMemoryHandleTypeFlagBits', 'VK_EXTERNAL_MEMORY_HANDLE_TYPE_'],
  ['VkAccessFlagBits2', 'VK_ACCESS_2_'],
  ['VkImageCreateFlagBits2KHR', 'VK_IMAGE_CREATE_2_'],
  ['VkPresentModeKHR', 'VK_PRESENT_MODE_'],
  ['VkResult', 'VK_'],
  ['StdVideoH264ProfileIdc', 'STD_VIDEO_H264_PROFILE_IDC_'],
]);

table('members drop prefix, _BIT and the type’s own vendor tag', memberName, [
  ['VkExternalMemoryHandleTypeFlagBits', 'VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_TEXTURE_BIT', 'D3D11_TEXTURE'],
  ['VkPresentModeKHR', 'VK_PRESENT_MODE_FIFO_KHR', 'FIFO'],
  ['VkDebugUtilsMessageTypeFlagBitsEXT', 'VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT', 'GENERAL'],
  // Another vendor's tag stays, _BIT before it goes.
  ['VkImageUsageFlagBits', 'VK_IMAGE_USAGE_SHADING_RATE_IMAGE_BIT_NV', 'SHADING_RATE_IMAGE_NV'],
  ['VkPresentModeKHR', 'VK_PRESENT_MODE_FIFO_LATEST_READY_EXT', 'FIFO_LATEST_READY_EXT'],
  // A leading digit gets _.
  ['VkImageType', 'VK_IMAGE_TYPE_2D', '_2D'],
  ['VkSampleCountFlagBits', 'VK_SAMPLE_COUNT_16_BIT', '_16'],
  ['VkAccessFlagBits2', 'VK_ACCESS_2_SHADER_READ_BIT', 'SHADER_READ'],
  ['VkResult', 'VK_ERROR_INVALID_EXTERNAL_HANDLE', 'ERROR_INVALID_EXTERNAL_HANDLE'],
  // The words of the type may be set apart otherwise, or be missing.
  ['VkDataGraphTOSALevelARM', 'VK_DATA_GRAPH_TOSA_LEVEL_8K_ARM', '_8K'],
  ['VkColorSpaceKHR', 'VK_COLORSPACE_SRGB_NONLINEAR_KHR', 'SRGB_NONLINEAR'],
  ['VkPerformanceCounterScopeKHR', 'VK_QUERY_SCOPE_COMMAND_BUFFER_KHR', 'QUERY_SCOPE_COMMAND_BUFFER'],
  ['StdVideoH264ProfileIdc', 'STD_VIDEO_H264_PROFILE_IDC_MAIN', 'MAIN'],
]);

table('vendor tags are whole words', isVendorTag, [
  ['KHR', true],
  ['NVX', true],
  ['KH', false],
  ['AMD|ARM', false],
]);
