// C that is written by hand for what only the prose of the specification says: strides, data that another argument
// describes, and outputs whose counts no `len` names.

/** C for memory that a driver reads or writes beyond what `len` says; it runs before the member or parameter is told. */
export const BEFORE: Readonly<Record<string, string>> = {
  'VkSpecializationInfo.pData': `for (uint32_t e = 0; e < p->mapEntryCount; e++)
    touch((const char *)p->pData + p->pMapEntries[e].offset, p->pMapEntries[e].size);`,
  'vkGetQueryPoolResults.pData': `for (uint32_t q = 0; q < queryCount; q++)
    fill((char *)pData + q * stride, flags & VK_QUERY_RESULT_64_BIT ? 8 : 4);`,
  'vkWriteAccelerationStructuresPropertiesKHR.pData': `for (uint32_t i = 0; i < accelerationStructureCount; i++)
    fill((char *)pData + i * stride, 8);`,
  'vkWriteMicromapsPropertiesEXT.pData': `for (uint32_t i = 0; i < micromapCount; i++)
    fill((char *)pData + i * stride, 8);`,
  'vkCreateDebugUtilsMessengerEXT.pMessenger': 'if (calling) messenger = *pCreateInfo;',
  'vkSubmitDebugUtilsMessageEXT.pCallbackData': `if (calling)
    answered = messenger.pfnUserCallback(messageSeverity, messageTypes, pCallbackData, messenger.pUserData);`,
  'vkCreateDebugReportCallbackEXT.pCallback': 'if (calling) reporter = *pCreateInfo;',
  'vkDebugReportMessageEXT.pMessage': `if (calling)
    answered = reporter.pfnCallback(flags, objectType, object, location, messageCode, pLayerPrefix, pMessage, reporter.pUserData);`,
  'vkCreateDevice.pDevice': 'if (calling) remember_memory_report(pCreateInfo->pNext);',
  'vkAllocateMemory.pMemory': 'if (calling && memory_report.pfnUserCallback != NULL) report_memory();',
  'vkCreateDescriptorUpdateTemplate.pDescriptorUpdateTemplate':
    'remember_template(*pDescriptorUpdateTemplate, pCreateInfo);',
};

/** C that tells the data of a `void*` whose size other arguments give. */
export const INSTEAD: Readonly<Record<string, string>> = {
  'VkLayerSettingEXT.pValues': 'layer_values(p);',
  'vkUpdateDescriptorSetWithTemplate.pData': 'template_data(descriptorUpdateTemplate, pData);',
  'vkCmdPushDescriptorSetWithTemplate.pData': 'template_data(descriptorUpdateTemplate, pData);',
  'vkCmdPushDescriptorSetWithTemplateKHR.pData': 'template_data(descriptorUpdateTemplate, pData);',
  'VkPushDescriptorSetWithTemplateInfo.pData': 'template_data(p->descriptorUpdateTemplate, p->pData);',
  ...Object.fromEntries(
    ['Buffer', 'Image', 'ImageView', 'Sampler', 'AccelerationStructure'].map(type => [
      `vkGet${type}OpaqueCaptureDescriptorDataEXT.pData`,
      'if (result >= 0) fill(pData, CAPTURE_SIZE); whole(pData, CAPTURE_SIZE);',
    ]),
  ),
};

/** Functions that the C above calls. */
export const SUPPORT = `
static void touch(const void *from, size_t n) {
  for (size_t i = 0; i < n; i++) (void)((const volatile char *)from)[i];
}
static void whole(const void *from, size_t n) { put("{\\"bytes\\":"); bytes(from, n); end("},"); }
// Functions that are called later.
static VkDebugUtilsMessengerCreateInfoEXT messenger;
static VkDebugReportCallbackCreateInfoEXT reporter;
static VkDeviceDeviceMemoryReportCreateInfoEXT memory_report;
static void remember_memory_report(const void *next) {
  for (const VkBaseInStructure *s = next; s != NULL; s = s->pNext)
    if (s->sType == VK_STRUCTURE_TYPE_DEVICE_DEVICE_MEMORY_REPORT_CREATE_INFO_EXT)
      memory_report = *(const VkDeviceDeviceMemoryReportCreateInfoEXT *)s;
}
static void read_VkDeviceMemoryReportCallbackDataEXT(const VkDeviceMemoryReportCallbackDataEXT *p);
static void report_memory(void) {
  VkDeviceMemoryReportCallbackDataEXT data = { VK_STRUCTURE_TYPE_DEVICE_MEMORY_REPORT_CALLBACK_DATA_EXT };
  fill(&data.type, sizeof data.type);
  data.memoryObjectId = chance(); data.size = chance(); data.objectHandle = chance();
  fill(&data.objectType, sizeof data.objectType); fill(&data.heapIndex, sizeof data.heapIndex);
  memory_report.pfnUserCallback(&data, memory_report.pUserData);
  key("vkAllocateMemory", "reported");
  read_VkDeviceMemoryReportCallbackDataEXT(&data);
}
static struct { VkDescriptorUpdateTemplate handle; size_t size; } templates[4096];
static size_t template_count;
static size_t descriptor_size(VkDescriptorType type) {
  switch ((int)type) {
    case VK_DESCRIPTOR_TYPE_SAMPLER: case VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER: case VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE:
    case VK_DESCRIPTOR_TYPE_STORAGE_IMAGE: case VK_DESCRIPTOR_TYPE_INPUT_ATTACHMENT:
      return sizeof(VkDescriptorImageInfo);
    case VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER: case VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER:
      return sizeof(VkBufferView);
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER: case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER:
    case VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC: case VK_DESCRIPTOR_TYPE_STORAGE_BUFFER_DYNAMIC:
      return sizeof(VkDescriptorBufferInfo);
    case VK_DESCRIPTOR_TYPE_ACCELERATION_STRUCTURE_KHR:
      return sizeof(VkAccelerationStructureKHR);
    default:
      return 1;
  }
}
static void remember_template(VkDescriptorUpdateTemplate handle, const VkDescriptorUpdateTemplateCreateInfo *info) {
  size_t size = 0;
  for (uint32_t i = 0; i < info->descriptorUpdateEntryCount; i++) {
    const VkDescriptorUpdateTemplateEntry *e = &info->pDescriptorUpdateEntries[i];
    size_t n = e->descriptorType == VK_DESCRIPTOR_TYPE_INLINE_UNIFORM_BLOCK ? e->descriptorCount
        : (e->descriptorCount - 1) * e->stride + descriptor_size(e->descriptorType);
    if (e->descriptorCount > 0 && e->offset + n > size) size = e->offset + n;
  }
  templates[template_count % 4096].handle = handle;
  templates[template_count++ % 4096].size = size;
}
static void template_data(VkDescriptorUpdateTemplate handle, const void *data) {
  for (size_t i = 0; i < 4096; i++)
    if (templates[i].handle == handle) { whole(data, templates[i].size); return; }
  WORD(data);
}
#ifdef VK_EXT_layer_settings
// The values of a layer setting, by its type.
static void layer_values(const VkLayerSettingEXT *p) {
  if (p->valueCount == 0) { put("null,"); return; }
  put("[");
  for (uint32_t i = 0; i < p->valueCount; i++)
    switch ((int)p->type) {
      case VK_LAYER_SETTING_TYPE_INT64_EXT: case VK_LAYER_SETTING_TYPE_UINT64_EXT: case VK_LAYER_SETTING_TYPE_FLOAT64_EXT:
        WORD(((const uint64_t *)p->pValues)[i]);
        break;
      case VK_LAYER_SETTING_TYPE_STRING_EXT:
        string(((const char *const *)p->pValues)[i]);
        break;
      default:
        WORD(((const uint32_t *)p->pValues)[i]);
    }
  end("],");
}
#endif`;

/** Commands whose whole function is written by hand: only prose says that one call returns counts, the next the arrays. */
export const COMMANDS: Readonly<Record<string, string>> = {
  vkGetDeviceFaultInfoEXT: `
static VKAPI_ATTR VkResult VKAPI_CALL judge_vkGetDeviceFaultInfoEXT(VkDevice device, VkDeviceFaultCountsEXT *pFaultCounts,
                                                                    VkDeviceFaultInfoEXT *pFaultInfo) {
  BEGIN("vkGetDeviceFaultInfoEXT", (VkResult)0);
  key("vkGetDeviceFaultInfoEXT", "device"); WORD(device);
  key("vkGetDeviceFaultInfoEXT", "pFaultCounts"); head_VkDeviceFaultCountsEXT(pFaultCounts);
  key("vkGetDeviceFaultInfoEXT", "pFaultInfo"); if (pFaultInfo == NULL) put("null,"); else head_VkDeviceFaultInfoEXT(pFaultInfo);
  OUTPUTS();
  reading_output = 1;
  if (pFaultInfo == NULL) {
    pFaultCounts->addressInfoCount = room; pFaultCounts->vendorInfoCount = room; pFaultCounts->vendorBinarySize = room;
  } else {
    write_VkDeviceFaultInfoEXT(pFaultInfo);
    uint32_t addresses = pFaultInfo->pAddressInfos == NULL ? 0 : pFaultCounts->addressInfoCount;
    uint32_t vendors = pFaultInfo->pVendorInfos == NULL ? 0 : pFaultCounts->vendorInfoCount;
    size_t binary = pFaultInfo->pVendorBinaryData == NULL ? 0 : pFaultCounts->vendorBinarySize;
    for (uint32_t i = 0; i < addresses; i++) write_VkDeviceFaultAddressInfoEXT(&pFaultInfo->pAddressInfos[i]);
    for (uint32_t i = 0; i < vendors; i++) write_VkDeviceFaultVendorInfoEXT(&pFaultInfo->pVendorInfos[i]);
    if (binary > 0) fill(pFaultInfo->pVendorBinaryData, binary);
    key("vkGetDeviceFaultInfoEXT", "pFaultInfo"); put("{");
    key("VkDeviceFaultInfoEXT", "description"); characters(pFaultInfo->description, VK_MAX_DESCRIPTION_SIZE);
    key("VkDeviceFaultInfoEXT", "pAddressInfos"); put("[");
    for (uint32_t i = 0; i < addresses; i++) read_VkDeviceFaultAddressInfoEXT(&pFaultInfo->pAddressInfos[i]);
    end("],");
    key("VkDeviceFaultInfoEXT", "pVendorInfos"); put("[");
    for (uint32_t i = 0; i < vendors; i++) read_VkDeviceFaultVendorInfoEXT(&pFaultInfo->pVendorInfos[i]);
    end("],");
    key("VkDeviceFaultInfoEXT", "pVendorBinaryData"); bytes(pFaultInfo->pVendorBinaryData, binary);
    end("},");
  }
  key("vkGetDeviceFaultInfoEXT", "pFaultCounts"); read_VkDeviceFaultCountsEXT(pFaultCounts);
  reading_output = 0;
  VkResult returned = result;
  end("},"); put("\\"returned\\":"); WORD(returned);
  FINISH(); return returned;
}`,
};
