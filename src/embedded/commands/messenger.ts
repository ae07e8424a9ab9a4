// Debug messengers: the caller's C callbacks, which get submitted messages and the driver's refusals.
import {
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkDebugUtilsMessageTypeFlagBitsEXT as Type,
} from '../../../ffi/rows/bitmasks.ts';
import type {
  VkDebugUtilsMessengerCallbackDataEXT,
  VkDebugUtilsMessengerCreateInfoEXT,
} from '../../../ffi/types/structs.ts';
import type { VulkanBase } from '../../handles/object.ts';
import { Scope } from '../../handles/scope.ts';
import { Call } from '../../marshal/call.ts';
import { structEncoder } from '../../marshal/encode.ts';
import { functionAt, layoutOf } from '../../native/row-types.ts';
import { registry } from '../../registry/registry.ts';
import { type DriverState, destroys, type Implementations } from '../driver-state.ts';
import type { MessengerState } from '../objects.ts';
import type { Received } from '../received.ts';
import { invalid } from '../refusal.ts';

export const messengerCommands = (driver: DriverState): Implementations => ({
  vkCreateDebugUtilsMessengerEXT(instance: bigint, info: Received<VkDebugUtilsMessengerCreateInfoEXT>) {
    driver.objects.get('VkInstance', instance);
    const address = info.pfnUserCallback as unknown as bigint | null;
    const fact = registry.fact('PFN_vkDebugUtilsMessengerCallbackEXT');
    if (!address || fact.kind !== 'callback') throw invalid('pfnUserCallback is NULL');
    return driver.objects.add('VkDebugUtilsMessengerEXT', {
      instance,
      severities: info.messageSeverity,
      types: info.messageType,
      callback: functionAt(address, fact.row),
      userData: info.pUserData ?? 0n,
    });
  },
  vkDestroyDebugUtilsMessengerEXT: destroys(driver, 'VkDebugUtilsMessengerEXT'),
  vkSubmitDebugUtilsMessageEXT(
    instance: bigint,
    severity: number,
    types: number,
    data: Received<VkDebugUtilsMessengerCallbackDataEXT>,
  ) {
    const all = driver.objects.all('VkDebugUtilsMessengerEXT');
    send(
      all.filter(messenger => messenger.instance === instance),
      severity,
      types,
      data,
    );
  },
});

/** Reports to every messenger what a command has refused, since a command that returns nothing cannot say so itself. */
export function reportMessage(driver: DriverState, command: string, why: string): void {
  send(driver.objects.all('VkDebugUtilsMessengerEXT'), Severity.ERROR, Type.VALIDATION, {
    pMessageIdName: command,
    messageIdNumber: 0,
    pMessage: `${command}: ${why}`,
  });
}

function send(messengers: readonly MessengerState[], severity: number, types: number, data: object): void {
  const receivers = messengers.filter(m => (m.severities & severity) !== 0 && (m.types & types) !== 0);
  if (receivers.length === 0) return;
  const row = registry.struct('VkDebugUtilsMessengerCallbackDataEXT');
  const call = Call.begin({ identity: { scope: new Scope('process') } } as VulkanBase);
  try {
    const at = call.stack.reserve(layoutOf(row).size);
    const { chunk } = call.stack;
    structEncoder(row)(call, chunk, at, data);
    for (const { callback, userData } of receivers) callback(severity, types, chunk.address + at, userData);
  } finally {
    call.end();
  }
}
