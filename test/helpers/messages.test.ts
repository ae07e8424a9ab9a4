// Messages: what is shown of them, what a function is given, and that a thread of its own shows them while others wait.
import { join } from 'node:path';
import { expect } from 'chai';
import { childPrograms } from '../../scripts/build/child.ts';
import {
  type Message,
  messengerCreateInfo,
  showMessages,
  showMessagesInThread,
} from '../../src/helpers/index.ts';
import { formatMessage, messageFilter, readMessage } from '../../src/helpers/message.ts';
import {
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkDebugUtilsMessageTypeFlagBitsEXT as Type,
  VkObjectType,
} from '../../src/index.ts';
import { type Ran, runProgram } from '../cli/run.ts';
import { type Opened, open } from '../embedded/driver-open.ts';
import { openLive } from '../live/harness.ts';

const send = ({ instance, gpu }: Opened, severity: Severity, pMessageIdName: string, pMessage: string) =>
  instance.submitDebugUtilsMessageEXT(severity, Type.VALIDATION, {
    pMessageIdName,
    pMessage,
    pObjects: [
      { objectType: VkObjectType.INSTANCE, objectHandle: instance.handle, pObjectName: 'mine' },
      { objectType: VkObjectType.PHYSICAL_DEVICE, objectHandle: gpu.handle },
    ],
  });

const SENT: Message = {
  severity: 'error',
  id: 'VUID-a',
  text: 'too large',
  objects: [
    { type: 'VkBuffer', handle: 0x51n, name: 'vertices' },
    { type: 'VkQueue', handle: 0xffff_ffff_ffff_fff0n, name: '' },
  ],
  isDebugPrintf: false,
};
/** What `send` sends. */
const sentOf = ({ instance, gpu }: Opened): Message => ({
  ...SENT,
  objects: [
    { type: 'VkInstance', handle: instance.handle, name: 'mine' },
    { type: 'VkPhysicalDevice', handle: gpu.handle, name: '' },
  ],
});

const PREAMBLE =
  'Validation Error: [ VUID-a ] Object 0: handle = 0x51, type = VK_OBJECT_TYPE_BUFFER; | MessageID = 0x92 | ';

describe('messages', () => {
  it('are read without their preamble, and shown in lines with their objects', () => {
    const raw = {
      severity: 0x1000,
      id: 'VUID-a',
      text: `${PREAMBLE}too large`,
      objects: [{ type: 9, handle: 1n, name: '' }],
    };
    const message = readMessage(raw, { 9: 'VkBuffer' });
    expect(message.text).to.equal('too large');
    expect(formatMessage(SENT, false)).to.equal(
      'error VUID-a\n  too large\n  VkBuffer 0x51 "vertices"\n  VkQueue 0xfffffffffffffff0',
    );
    expect(formatMessage(SENT, true)).to.contain('\u001b[31merror\u001b[39m VUID-a\n');
    // Names of objects have lines where programs give them such; the layer's other kind of warning has two words.
    for (const text of [
      PREAMBLE.replace('Object 0: ', 'Object 0: name = two\nlines | and more, '),
      PREAMBLE.replace('Error', 'Performance Warning'),
      PREAMBLE.replace(/Object 0: .*?(?=\| MessageID)/, ''),
    ])
      expect(readMessage({ ...raw, text: `${text}too | large` }, {}).text, text).to.equal('too | large');
    const printed = readMessage(
      {
        ...raw,
        severity: 16,
        id: 'UNASSIGNED-DEBUG-PRINTF',
        text: `${PREAMBLE.replace('Error', 'Information')}x = 1`,
      },
      {},
    );
    expect(formatMessage(printed, true)).to.equal('x = 1');
    expect(
      formatMessage({ ...SENT, text: 'bad. The Vulkan spec states: good', objects: [] }, false),
    ).to.equal('error VUID-a\n  bad.\n  The Vulkan spec states: good');
  });

  it('are shown once each, whatever handles they name; what shaders print always', () => {
    const isShown = messageFilter(Severity.ERROR);
    const raw = (severity: number, id: string, text: string) => ({ severity, id, text, objects: [] });
    expect(isShown(raw(Severity.ERROR, 'a', 'of 0x12'))).to.equal(true);
    expect(isShown(raw(Severity.ERROR, 'a', 'of 0x345'))).to.equal(false);
    expect(isShown(raw(Severity.ERROR, 'b', 'of 0x12'))).to.equal(true);
    expect(isShown(raw(Severity.WARNING, 'c', ''))).to.equal(false);
    for (let i = 0; i < 2; i++)
      expect(isShown(raw(Severity.INFO, 'WARNING-DEBUG-PRINTF', 'x'))).to.equal(true);
  });

  it('are refused options that nobody knows', () => {
    expect(() => messengerCreateInfo({ severities: 1 } as never)).to.throw(
      TypeError,
      'messengerCreateInfo.options.severities: there is no such option; there are severity, to',
    );
    expect(() => messengerCreateInfo({ to: 'stderr' } as never)).to.throw(
      TypeError,
      'options.to: expected a function',
    );
    expect(() => messengerCreateInfo({ severity: 'error' } as never)).to.throw(
      TypeError,
      'messengerCreateInfo.options.severity: expected flags of VkDebugUtilsMessageSeverityFlagBitsEXT, got "error"',
    );
  });
});

describe('messages (embedded driver)', () => {
  const EXTENSIONS = { instanceExtensions: ['VK_EXT_debug_utils'] };

  it('name what was called and what it was given', async () => {
    const { instance, close } = open(EXTENSIONS);
    const bad = { severity: 1.5 };
    expect(() => showMessages(instance, bad)).to.throw(/^showMessages\.options\.severity: expected flags/);
    expect(() => showMessages({} as never)).to.throw(/^showMessages\.instance: expected an Instance/);
    for (const call of [showMessagesInThread(instance, bad), showMessagesInThread({} as never)])
      expect(await call.catch((error: Error) => error.message)).to.match(
        /^showMessagesInThread\.(options\.severity: expected flags|instance: expected an Instance)/,
      );
    expect(close()).to.deep.equal({});
  });

  it('are given to a function', () => {
    const opened = open(EXTENSIONS);
    const { instance, close } = opened;
    const got: Message[] = [];
    const messenger = showMessages(instance, { severity: Severity.ERROR, to: message => got.push(message) });
    for (let i = 0; i < 2; i++) send(opened, Severity.ERROR, 'VUID-a', 'too large');
    send(opened, Severity.WARNING, 'VUID-b', 'slow');
    send(opened, Severity.INFO, 'WARNING-DEBUG-PRINTF', 'x = 1');
    expect(got.slice(0, 2)).to.deep.equal([sentOf(opened), sentOf(opened)]);
    expect(got.slice(2).map(m => [m.text, m.isDebugPrintf])).to.deep.equal([['x = 1', true]]);
    instance.destroyDebugUtilsMessengerEXT(messenger);
    expect(close()).to.deep.equal({});
  });

  it('are given from a thread of their own, the last of them when the messenger is destroyed', async () => {
    const opened = open(EXTENSIONS);
    const { instance, close } = opened;
    const got: Message[] = [];
    const messenger = await showMessagesInThread(instance, { to: message => got.push(message) });
    send(opened, Severity.ERROR, 'VUID-a', 'too large');
    while (got.length === 0) await new Promise(resolve => setImmediate(resolve));
    expect(got).to.deep.equal([sentOf(opened)]);
    send(opened, Severity.INFO, 'VUID-b', 'not wanted');
    send(opened, Severity.INFO, 'UNASSIGNED-DEBUG-PRINTF', 'x = 1');
    instance.destroyDebugUtilsMessengerEXT(messenger);
    expect(got.slice(1).map(m => m.text)).to.deep.equal(['x = 1']);
    expect(close()).to.deep.equal({});
  });

  it('need VK_EXT_debug_utils, and leave no thread behind without it', async () => {
    const { instance, close } = open();
    expect(() => showMessages(instance)).to.throw(/VK_EXT_debug_utils/);
    const refused = await showMessagesInThread(instance).catch((error: Error) => error.message);
    expect(refused).to.match(/VK_EXT_debug_utils/);
    expect(close()).to.deep.equal({});
  });
});

describe('messages (lavapipe)', () => {
  let program: (...args: string[]) => Ran;
  before(async function () {
    openLive(this).end();
    const names = ['waiting-program.ts', 'submitting-worker.ts'];
    const [waiting] = await childPrograms(names.map(name => join(import.meta.dirname, name)));
    program = (...args) => runProgram(waiting, args);
  });

  it('a shader prints while the main thread waits for the thread that submitted it', () => {
    const { out, err, code } = program('thread', '30000');
    expect([out, code], err).to.deep.equal(['done\n', 0]);
    expect(err.trim().split('\n').sort()).to.deep.equal([0, 1, 2, 3].map(i => `invocation ${i} of 4`));
  });

  it('where a messenger in the waiting thread itself is in vain', () => {
    const { out, err, code } = program('here', '1000');
    expect([out, code], err).to.deep.equal(['waited in vain\n', 0]);
    expect(err.trim().split('\n').sort()).to.deep.equal([0, 1, 2, 3].map(i => `invocation ${i} of 4`));
  });
});
