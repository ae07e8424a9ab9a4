// Hides warnings of this package in the output of tests, some of which cause and check them.
const writers = process.listeners('warning');
process.removeAllListeners('warning').on('warning', warning => {
  if (warning.name !== 'KoffiVulkanWarning') for (const write of writers) write(warning);
});
