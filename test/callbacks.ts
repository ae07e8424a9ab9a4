// Counts the callbacks that are registered with koffi after this file was imported.
import koffi from 'koffi';

export const callbacks = { held: 0 };

const { register, unregister } = koffi;
koffi.register = ((...args: Parameters<typeof register>) => {
  callbacks.held++;
  return register(...args);
}) as typeof register;
koffi.unregister = (...args) => {
  callbacks.held--;
  return unregister(...args);
};
