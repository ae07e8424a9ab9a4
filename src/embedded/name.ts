// The name of the embedded driver.

/** In every place where a driver has a name, so that nobody takes it for a GPU. */
export const NAME = 'embedded driver (simulated)';
