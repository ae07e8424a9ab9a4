// What the specification says in prose alone and a driver must know: lengths of inner arrays, memory that is input though
// it is not const, values that the tests rely on.

/** Elements of each inner array of an array of arrays, by what stands around it. */
export const INNER_LENGTHS: Readonly<Record<string, (index: string) => string>> = {
  'vkCmdBuildAccelerationStructuresKHR.ppBuildRangeInfos': i => `pInfos[${i}].geometryCount`,
  'vkBuildAccelerationStructuresKHR.ppBuildRangeInfos': i => `pInfos[${i}].geometryCount`,
  'vkCmdBuildAccelerationStructuresIndirectKHR.ppMaxPrimitiveCounts': i => `pInfos[${i}].geometryCount`,
};

/** Lengths that the headers' registry leaves to prose: arrays, and how much of a fixed array holds. */
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

/** Counts that follow from an array of a chained struct where the struct's own array is not read. */
export const CHAINED_COUNTS: Readonly<Record<string, string>> = {
  'VkFramebufferCreateInfo.attachmentCount': 'VkFramebufferAttachmentsCreateInfo.pAttachmentImageInfos',
};

/** Not const in these headers, and yet only read. */
export const INPUTS: ReadonlySet<string> = new Set([
  'VkVideoDecodeH265PictureInfoKHR.pStdPictureInfo',
  'VkImageCompressionControlEXT.pFixedRateFlags',
  'VkClusterAccelerationStructureOpInputNV.pClustersBottomLevel',
  'VkClusterAccelerationStructureOpInputNV.pTriangleClusters',
  'VkClusterAccelerationStructureOpInputNV.pMoveObjects',
]);

/** May be NULL since a later version of the specification. */
export const OPTIONAL_SINCE: ReadonlySet<string> = new Set([
  'vkCmdSetSampleMaskEXT.pSampleMask',
  'VkDeviceCreateInfo.ppEnabledLayerNames',
]);

/** What physical devices always say: all commands are there, and any address will do. */
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

/** Arrays whose count stands in another argument: vkGetDeviceFaultInfoEXT fills them. */
export const COUNTED_ELSEWHERE: ReadonlySet<string> = new Set([
  'VkDeviceFaultInfoEXT.pAddressInfos',
  'VkDeviceFaultInfoEXT.pVendorInfos',
  'VkDeviceFaultInfoEXT.pVendorBinaryData',
]);

/** Filled in part by the program and in part by Vulkan: the part that is Vulkan's. */
export const writtenInPart = (struct: string, type: string): boolean | undefined =>
  struct.startsWith('VkExportMetal') ? /^(MTL|IOSurface)/.test(type) : undefined;
