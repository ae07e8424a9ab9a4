// Adopts handles that other code made, and releases those that it has destroyed.
import { describe, hexOf } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { commandUsing } from '../handles/busy.ts';
import { belongsToDevice, isDispatchable } from '../handles/handle-type.ts';
import { commandUsingEntry } from '../handles/live.ts';
import {
  checkAlive,
  checkRawHandle,
  isAlive,
  isVulkanObject,
  type VulkanBase,
  type VulkanObject,
} from '../handles/object.ts';
import { runAll } from '../handles/run-all.ts';
import { registry } from '../registry/registry.ts';

/** The objects that handles belong to, by C type; the library's is `''`. */
const OWNERS: Record<string, { readonly kind: string; readonly name: string; readonly example: string }> = {
  '': { kind: 'a library', name: 'vulkan', example: 'VkInstance' },
  VkInstance: { kind: 'an instance', name: 'instance', example: 'VkSurfaceKHR' },
  VkDevice: { kind: 'a device', name: 'device', example: 'VkFence' },
};

/** C type of the object whose handles these are. */
function ownerOf(type: string): string {
  if (type === 'VkInstance') return '';
  return type === 'VkDevice' || !belongsToDevice(type) ? 'VkInstance' : 'VkDevice';
}

/** The type under its own name, not an alias's, if such handles belong to an object like `owner`. */
function ownType(what: string, owner: VulkanBase, type: unknown, advice: (type: string) => string): string {
  const fact =
    typeof type === 'string' && registry.tables.handles.has(type) ? registry.fact(type) : undefined;
  const { kind, example } = OWNERS[owner.identity.type];
  if (fact?.kind !== 'handle')
    throw ours(
      new TypeError(
        `${what}.type: expected the C type of a handle of ${kind}, such as '${example}', got ${describe(type)}`,
      ),
    );
  const own = fact.row.name;
  if (ownerOf(own) !== owner.identity.type)
    throw ours(new TypeError(`${what}.type: a ${own} does not belong to ${kind}: ${advice(own)}`));
  return own;
}

/** Which method adopts handles of a type, for messages. */
function adopter(type: string): string {
  if (type === 'VkInstance' || type === 'VkDevice') return `use ${type.slice(2)}.fromHandle`;
  return `use ${OWNERS[ownerOf(type)].name}.adopt`;
}

/** Registers a handle as alive. @returns its object where it is dispatchable, else the handle */
export function adoptHandle(owner: VulkanObject, type: string, handle: bigint): unknown {
  const what = `${owner.type.slice(2)}.adopt`;
  const name = ownType(what, owner, type, adopter);
  if (name === 'VkDevice') throw ours(new TypeError(`${what}.type: for a VkDevice use Device.fromHandle`));
  checkRawHandle(`${what}.handle`, handle);
  checkAlive(what, owner);
  const { scope } = owner;
  if (!isDispatchable(name)) {
    scope.add(name, handle, false);
    return handle;
  }
  const known = scope.objectOf(name, handle);
  if (known !== undefined) return known;
  const object = scope.wraps[name](handle, () => ({}), owner) as VulkanObject;
  // Queues live as long as their device, physical devices as long as their instance.
  if (name === 'VkCommandBuffer') {
    scope.add(name, handle, false);
    scope.setObject(name, handle, object);
  }
  return object;
}

/** Forgets a handle that other code has destroyed, and what was destroyed with it. */
export function releaseHandle(owner: VulkanBase, type: string, handle: unknown): void {
  const what = `${owner.identity.type.slice(2) || 'Vulkan'}.release`;
  const name = ownType(what, owner, type, other => `use ${OWNERS[ownerOf(other)].name}.release`);
  if (name === 'VkPhysicalDevice' || name === 'VkQueue')
    throw ours(
      new TypeError(
        `${what}.type: a ${name} lives as long as its ${name === 'VkQueue' ? 'device' : 'instance'}`,
      ),
    );
  const isObject = isVulkanObject(handle) && handle.type === name;
  if (isDispatchable(name) ? !isObject : typeof handle !== 'bigint')
    throw ours(new TypeError(`${what}.handle: expected a ${name}, got ${describe(handle)}`));
  const ending = isObject && name !== 'VkCommandBuffer' ? handle.scope : undefined;
  const scope = ending ?? owner.scope;
  const value = isObject ? handle.handle : (handle as bigint);
  const isOurs = isObject
    ? isAlive(handle) && owner.scope === (ending?.parent ?? handle.scope)
    : scope.has(name, value);
  if (!isOurs)
    throw ours(new RangeError(`${what}.handle: expected a live ${name} of this object, got ${hexOf(value)}`));
  const entry = scope.entry(name, value);
  const user = ending !== undefined ? commandUsing(ending) : entry && commandUsingEntry(entry);
  if (user !== undefined) throw ours(new RangeError(`${what}.handle: ${user} uses it and has not returned`));
  runAll(ending === undefined ? scope.remove(name, value) : ending.end());
}
