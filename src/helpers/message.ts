// Formats messages of validation layers and drivers. These functions use nothing outside themselves, because their source
// text also runs in another thread.

/** A Vulkan object that a message is about. */
export interface MessageObject {
  /** Its C type: `'VkBuffer'`. */
  readonly type: string;
  /** Its raw value. */
  readonly handle: bigint;
  /** Its name from vkSetDebugUtilsObjectNameEXT, or `''`. */
  readonly name: string;
}

/** A message of a layer, a driver or the loader. */
export interface Message {
  /** Its severity, as the sender sets it. */
  readonly severity: 'error' | 'warning' | 'info' | 'verbose';
  /** Its id, for validation a VUID: `'VUID-VkBufferCreateInfo-size-00912'`; `''` if it has none. */
  readonly id: string;
  /** Its text, without the layer's preamble. */
  readonly text: string;
  /** The objects that it is about. */
  readonly objects: readonly MessageObject[];
  /** Whether it comes from a shader's debugPrintfEXT. */
  readonly isDebugPrintf: boolean;
}

/** A message as C passes it. */
export interface RawMessage {
  readonly severity: number;
  readonly id: string;
  readonly text: string;
  readonly objects: readonly { readonly type: number; readonly handle: bigint; readonly name: string }[];
}

/** Turns a raw message into one for people. @param types C types by their VkObjectType */
export function readMessage(raw: RawMessage, types: Readonly<Record<number, string>>): Message {
  const severities = { 4096: 'error', 256: 'warning', 16: 'info' } as const;
  const severity = severities[raw.severity as keyof typeof severities] || 'verbose';
  // `Validation Error: [ VUID-… ] Object 0: handle = 0x…; | MessageID = 0x… | ` repeats the other members; the name of an
  // object may contain line breaks.
  const preamble =
    /^Validation (?:Performance )?[A-Z]\w+: \[ [^\]]* \] (?:(?:Object 0: .*?)?\| MessageID = 0x[0-9a-f]+ \| )?/s;
  const objects = raw.objects.map(object => ({
    type: types[object.type] || `object of type ${object.type}`,
    handle: object.handle,
    name: object.name,
  }));
  const isDebugPrintf = /DEBUG-PRINTF/i.test(raw.id);
  return { severity, id: raw.id, text: raw.text.replace(preamble, ''), objects, isDebugPrintf };
}

/** A message as text of several lines; a shader's is its text alone. */
export function formatMessage(message: Message, hasColors: boolean): string {
  if (message.isDebugPrintf) return message.text;
  const codes = { error: 31, warning: 33, info: 36, verbose: 90 };
  function paint(code: number, text: string): string {
    return hasColors ? `\u001b[${code}m${text}\u001b[39m` : text;
  }
  const objects = message.objects.map(object => {
    const name = object.name === '' ? '' : ` "${object.name}"`;
    return `  ${paint(90, `${object.type} 0x${object.handle.toString(16)}`)}${name}`;
  });
  const head = `${paint(codes[message.severity], message.severity)}${message.id === '' ? '' : ` ${message.id}`}`;
  const text = message.text
    .trim()
    .replace(/ (The Vulkan spec states: )/, '\n$1')
    .replace(/\n/g, '\n  ');
  return [head, `  ${text}`].concat(objects).join('\n');
}

/**
 * Makes a filter that passes messages of these severities, each once, whatever handles it contains. Messages of shaders
 * always pass.
 */
export function messageFilter(severities: number): (raw: RawMessage) => boolean {
  const shown = new Set<string>();
  return raw => {
    if (/DEBUG-PRINTF/i.test(raw.id)) return true;
    if ((raw.severity & severities) === 0) return false;
    const key = raw.id + raw.text.replace(/0x[0-9a-f]+/g, '');
    if (shown.has(key)) return false;
    shown.add(key);
    return true;
  };
}
