// Commands of the registry become the right method types in ffi/types/methods.ts.
import { expect } from 'chai';
import { chainable, command, emitted, handleType, member, out, param, pointer } from './snippet.ts';

const device = param('VkDevice', 'device');

const ALLOCATION_CALLBACKS = '<type category="struct" name="VkAllocationCallbacks"/>';

/** The signature of vkSubject. */
function method(params: string, attributes = 'successcodes="VK_SUCCESS"', returns = 'VkResult'): string {
  const commands = command('vkSubject', params, attributes, returns);
  const text = emitted({ types: ALLOCATION_CALLBACKS, commands }, 'types/methods.ts');
  return /^ {2}(subject.*);$/m.exec(text)?.[1] ?? '';
}

describe('generator: methods', () => {
  const signatures: [what: string, params: string, wanted: string][] = [
    ['the object is implied', device, 'subject(): void'],
    [
      'allocation callbacks are omitted',
      device + pointer('VkAllocationCallbacks', 'pAllocator', 'optional="true"'),
      'subject(): void',
    ],
    [
      'a count is implied by its array',
      device + param('uint32_t', 'n') + pointer('uint32_t', 'p', 'len="n"'),
      'subject(p: readonly number[] | Uint32Array): void',
    ],
    ['64-bit integers', device + param('VkDeviceSize', 'size'), 'subject(size: Integer64): void'],
    ['strings', device + pointer('char', 'pName', 'len="null-terminated"'), 'subject(pName: string): void'],
    ['booleans', device + param('VkBool32', 'x'), 'subject(x: boolean): void'],
    ['dispatchable handles', device + param('VkQueue', 'q'), 'subject(q: Queue): void'],
    [
      'optional at the end',
      device + param('float', 'x') + param('VkQueue', 'q', 'optional="true"'),
      'subject(x: number, q?: Queue | null): void',
    ],
    [
      'optional before what is required',
      device + param('VkQueue', 'q', 'optional="true"') + param('float', 'x'),
      'subject(q: Queue | null | undefined, x: number): void',
    ],
    [
      'arrays with absent handles',
      device + param('uint32_t', 'n') + pointer('VkQueue', 'p', 'len="n" optional="false,true"'),
      'subject(p: readonly (Queue | null)[]): void',
    ],
    [
      'fixed arrays',
      `${device}<param>const <type>float</type> <name>c</name>[4]</param>`,
      'subject(c: readonly number[] | Float32Array): void',
    ],
    ['reserved names', device + param('uint32_t', 'function'), 'subject(function_: number): void'],
    ['out parameters come back', device + out('VkDeviceSize', 'pSize'), 'subject(): bigint'],
    [
      'two of them as an object',
      device + out('uint32_t', 'pA') + out('VkQueue', 'pB'),
      'subject(): { pA: number; pB: Queue }',
    ],
    [
      'enumerated arrays',
      device + out('uint32_t', 'pCount') + out('uint32_t', 'pValues', 'len="pCount"'),
      'subject(): number[]',
    ],
    [
      'enumerated bytes',
      device + out('size_t', 'pSize') + out('void', 'pData', 'len="pSize"'),
      'subject(): Uint8Array',
    ],
    [
      'arrays that an input sizes',
      device +
        param('uint32_t', 'n') +
        pointer('float', 'pKeys', 'len="n"') +
        out('VkDeviceSize', 'pValues', 'len="n"'),
      'subject(pKeys: readonly number[] | Float32Array): bigint[]',
    ],
    [
      'memory to write',
      device + param('size_t', 'dataSize') + out('void', 'pData', 'len="dataSize"'),
      'subject(pData: Bytes): void',
    ],
    [
      'addresses',
      `${device}<param><type>void</type>** <name>ppData</name></param>`,
      'subject(): bigint | null',
    ],
  ];
  for (const [what, params, wanted] of signatures) it(what, () => expect(method(params)).to.equal(wanted));

  it('returns the VkResult where a code other than VK_SUCCESS says something', () => {
    const codes = 'successcodes="VK_SUCCESS,VK_TIMEOUT"';
    expect(method(device, codes)).to.equal('subject(): VkResult');
    expect(method(device + out('uint32_t', 'p'), codes)).to.equal(
      'subject(): { result: VkResult; p: number }',
    );
  });

  it('does not return the VK_INCOMPLETE of an enumeration', () => {
    const params = device + out('uint32_t', 'pCount') + out('float', 'p', 'len="pCount"');
    expect(method(params, 'successcodes="VK_SUCCESS,VK_INCOMPLETE"')).to.equal('subject(): number[]');
  });

  it('returns what C returns', () => {
    expect(method(device, '', 'VkBool32')).to.equal('subject(): boolean');
    expect(method(device, '', 'VkDeviceSize')).to.equal('subject(): bigint');
    expect(method(device, '', 'uint32_t')).to.equal('subject(): number');
  });

  it('takes the sTypes of structs to chain to what comes back', () => {
    const types =
      chainable('VkBase', 'A', '', 'returnedonly="true"') +
      chainable('VkMore', 'B', member('float', 'x'), 'returnedonly="true" structextends="VkBase"');
    const commands = command('vkSubject', device + out('VkBase', 'pBase'));
    expect(emitted({ types, commands }, 'types/methods.ts')).to.contain(
      "  subject<const Next extends readonly ReturnedChains['VkBase'][] = []>(pBase?: { readonly pNext: Next }): " +
        'VkBase & { pNext: ReturnedChain<Next> };\n',
    );
    const text = emitted({ types, commands }, 'types/structs.ts');
    expect(text).to.contain('  VkBase: VkStructureType.B;\n');
    expect(text).to.contain('  [VkStructureType.B]: VkMore & { sType: VkStructureType.B };\n');
  });

  it('belongs to the class of its first parameter, a lesser handle’s to the device', () => {
    const types = handleType('VkPool', 'VkDevice');
    const owner = (params: string) => {
      const text = emitted({ types, commands: command('vkSubject', params) }, 'types/methods.ts');
      return text
        .slice(0, text.indexOf('  subject('))
        .match(/interface (\w+)/g)
        ?.at(-1);
    };
    expect(owner(param('VkCommandBuffer', 'c'))).to.equal('interface CommandBufferCommands');
    expect(owner(param('VkPool', 'p'))).to.equal('interface DeviceCommands');
    expect(owner('')).to.equal('interface VulkanCommands');
  });

  it('is there under its aliases too, each with what offers it', () => {
    const commands = `${command('vkSubject', device)}<command name="vkSubjectKHR" alias="vkSubject"/>`;
    const text = emitted({ commands }, 'types/methods.ts');
    expect(text).to.match(
      / \* \[vkSubjectKHR\]\(https:\S+\/vkSubjectKHR\.html\), from Vulkan 1\.0\n {3}\*\/\n {2}subjectKHR\(\): void;\n/,
    );
  });

  it('tells what it does, where it may be recorded and which codes it may answer', () => {
    const text = emitted(
      {
        commands: command(
          'vkCmdDraw',
          device,
          'queues="VK_QUEUE_GRAPHICS_BIT,VK_QUEUE_COMPUTE_BIT" errorcodes="VK_ERROR_X"',
        ),
        enums: '<enums name="VkResult" type="enum"><enum value="-5" name="VK_ERROR_X"/></enums>',
      },
      'types/methods.ts',
    );
    expect(text).to.contain('   * Draws vertices in their order, for one or more instances.\n   *\n');
    expect(text).to.contain('; for queues with GRAPHICS or COMPUTE; may throw VK_ERROR_X\n');
  });
});
