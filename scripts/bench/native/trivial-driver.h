// Vulkan's header, and the struct that it has only on Windows, for the driver and for those who call it.
#define VK_NO_PROTOTYPES
#include <stdint.h>
#include <vulkan/vulkan.h>

/** VkMemoryWin32HandlePropertiesKHR, which vulkan.h declares only where windows.h is. */
typedef struct {
  uint32_t sType;
  void *pNext;
  uint32_t memoryTypeBits;
} Win32HandleProperties;

enum { WIN32_HANDLE_PROPERTIES = 1000073002 };
