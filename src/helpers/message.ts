// A message of the validation layers or a driver, as a person reads it. What is in here may run in another thread: the
// functions of this file name nothing outside themselves.

/** A Vulkan object that a message is about. */
export interface MessageObject {
  /** Its C type: `'VkBuffer'`. */
  readonly type: string;
  /** Its raw value. */
  readonly handle: bigint;
  /** What vkSetDebugUtilsObjectNameEXT called it, `''` without. */
  readonly name: string;
}

/** A message of a layer, a driver or the loader. */
export interface Message {
  /** How bad it is, as who sent it says. */
  readonly severity: 'error' | 'warning' | 'info' | 'verbose';
  /** A VUID where it is validation's: `'VUID-VkBufferCreateInfo-size-00912'`; `''` without. */
  readonly id: string;
  /** What it says, without the layer's own preamble. */
  readonly text: string;
  /** The objects that it is about. */
  readonly objects: readonly MessageObject[];
  /** Whether a shader said it, through debugPrintfEXT. */
  readonly isDebugPrintf: boolean;
}

/** A message as C gives it. */
export interface RawMessage {
  readonly severity: number;
  readonly id: string;
  readonly text: string;
  readonly objects: readonly { readonly type: number; readonly handle: bigint; readonly name: string }[];
}

/** @param types C types by their VkObjectType */
export function readMessage(raw: RawMessage, types: Readonly<Record<number, string>>): Message {
  const severities = { 4096: 'error', 256: 'warning', 16: 'info' } as const;
  const severity = severities[raw.severity as keyof typeof severities] || 'verbose';
  // `Validation Error: [ VUID-… ] Object 0: handle = 0x…; | MessageID = 0x… | ` says what the other members say;
  // the name of an object may have lines.
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

/** A message in lines; what a shader says is that alone. */
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
 * Tells whether to show a message: those of a severity that is wanted, each once, whatever handles it names. What
 * shaders say is always shown.
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
