// Warnings of this package are what some tests ask for, and look at: they are not written out.
const writers = process.listeners('warning');
process.removeAllListeners('warning').on('warning', warning => {
  if (warning.name !== 'KoffiVulkanWarning') for (const write of writers) write(warning);
});
