// Lists what a driver must know and only the prose of the specification says: lengths of inner arrays, memory that is input
// though it is not const, values that the tests rely on.

/** The number of elements of each inner array of an array of arrays, as a C expression. */
export const INNER_LENGTHS: Readonly<Record<string, (index: string) => string>> = {
  'vkCmdBuildAccelerationStructuresKHR.ppBuildRangeInfos': i => `pInfos[${i}].geometryCount`,
  'vkBuildAccelerationStructuresKHR.ppBuildRangeInfos': i => `pInfos[${i}].geometryCount`,
  'vkCmdBuildAccelerationStructuresIndirectKHR.ppMaxPrimitiveCounts': i => `pInfos[${i}].geometryCount`,
};

/** Lengths that are missing in the headers' registry: of arrays, and of the used part of fixed arrays. */
export const LENGTHS: Readonly<Record<string, string>> = {
  'VkPhysicalDeviceMemoryProperties.memoryTypes': 'memoryTypeCount',
  'VkPhysicalDeviceMemoryProperties.memoryHeaps': 'memoryHeapCount',
  'VkPhysicalDeviceGroupProperties.physicalDevices': 'physicalDeviceCount',
  'VkQueueFamilyGlobalPriorityPropertiesKHR.priorities': 'priorityCount',
  'VkShaderModuleIdentifierEXT.identifier': 'identifierSize',
  'VkPipelineBinaryKeyKHR.key': 'keySize',
  'StdVideoEncodeH264ReferenceListsInfo.pRefList0ModOperations': 'refList0ModOpCount',
  'StdVideoEncodeH264ReferenceListsInfo.pRefList1ModOperations': 'refList1ModOpCount',
  'StdVideoEncodeH264ReferenceListsInfo.pRefPicMarkingOperations': 'refPicMarkingOpCount',
  'StdVideoAV1TileInfo.pMiColStarts': 'TileCols',
  'StdVideoAV1TileInfo.pMiRowStarts': 'TileRows',
  'StdVideoAV1TileInfo.pWidthInSbsMinus1': 'TileCols',
  'StdVideoAV1TileInfo.pHeightInSbsMinus1': 'TileRows',
  'StdVideoH264SequenceParameterSet.pOffsetForRefFrame': 'num_ref_frames_in_pic_order_cnt_cycle',
  'StdVideoH265SequenceParameterSet.pShortTermRefPicSet': 'num_short_term_ref_pic_sets',
};

/** Counts that follow from an array of a chained struct, when the struct's own array is not read. */
export const CHAINED_COUNTS: Readonly<Record<string, string>> = {
  'VkFramebufferCreateInfo.attachmentCount': 'VkFramebufferAttachmentsCreateInfo.pAttachmentImageInfos',
};

/** Pointers that are not const in these headers, although C only reads through them. */
export const INPUTS: ReadonlySet<string> = new Set([
  'VkVideoDecodeH265PictureInfoKHR.pStdPictureInfo',
  'VkImageCompressionControlEXT.pFixedRateFlags',
  'VkClusterAccelerationStructureOpInputNV.pClustersBottomLevel',
  'VkClusterAccelerationStructureOpInputNV.pTriangleClusters',
  'VkClusterAccelerationStructureOpInputNV.pMoveObjects',
]);

/** Pointers that may be NULL since a later version of the specification. */
export const OPTIONAL_SINCE: ReadonlySet<string> = new Set([
  'vkCmdSetSampleMaskEXT.pSampleMask',
  'VkDeviceCreateInfo.ppEnabledLayerNames',
]);

/** Values that physical devices always return, so that all commands are there and any address is aligned. */
export const FIXED_OUTPUTS: Readonly<Record<string, string>> = {
  'VkPhysicalDeviceProperties.apiVersion': 'api_version',
  ...Object.fromEntries(
    ['buffer', 'image', 'imageView', 'sampler', 'accelerationStructure'].map(type => [
      `VkPhysicalDeviceDescriptorBufferPropertiesEXT.${type}CaptureReplayDescriptorDataSize`,
      'CAPTURE_SIZE',
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['sampler', 'combinedImageSampler', 'sampledImage', 'storageImage', 'inputAttachment'],
      ...[
        'uniformTexelBuffer',
        'storageTexelBuffer',
        'uniformBuffer',
        'storageBuffer',
        'accelerationStructure',
      ],
      ...[
        'robustUniformTexelBuffer',
        'robustStorageTexelBuffer',
        'robustUniformBuffer',
        'robustStorageBuffer',
      ],
    ].map(type => [`VkPhysicalDeviceDescriptorBufferPropertiesEXT.${type}DescriptorSize`, 'DESCRIPTOR_SIZE']),
  ),
  'VkPhysicalDeviceRayTracingPipelinePropertiesKHR.shaderGroupHandleSize': 'GROUP_SIZE',
  'VkPhysicalDeviceRayTracingPipelinePropertiesKHR.shaderGroupHandleCaptureReplaySize': 'GROUP_SIZE',
  'VkPhysicalDeviceRayTracingPropertiesNV.shaderGroupHandleSize': 'GROUP_SIZE',
  'VkPhysicalDeviceExternalMemoryHostPropertiesEXT.minImportedHostPointerAlignment': '1',
};

/** Arrays of vkGetDeviceFaultInfoEXT, whose counts are in another argument. */
export const COUNTED_ELSEWHERE: ReadonlySet<string> = new Set([
  'VkDeviceFaultInfoEXT.pAddressInfos',
  'VkDeviceFaultInfoEXT.pVendorInfos',
  'VkDeviceFaultInfoEXT.pVendorBinaryData',
]);

/** Which members Vulkan fills in structs that the program fills too. */
export const writtenInPart = (struct: string, type: string): boolean | undefined =>
  struct.startsWith('VkExportMetal') ? /^(MTL|IOSurface)/.test(type) : undefined;
