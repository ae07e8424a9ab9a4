// The rows of commands have their level, result codes, queues and aliases, and the versions and extensions that offer them.
import { expect } from 'chai';
import { aliasType, command, commandRow, handleType, param, resolved, type Snippet } from './snippet.ts';

const extension = (name: string, inside: string, attributes = '') =>
  `<extension name="${name}" number="3" type="device" supported="vulkan" ${attributes}>
    <require><enum value="5" name="${name.toUpperCase()}_SPEC_VERSION"/></require>${inside}</extension>`;

const require = (name: string, attributes = '') =>
  `<require ${attributes}><command name="${name}"/></require>`;

/** What offers vkSubject, which nothing but `more` requires. */
function providers(more: Snippet): string | undefined {
  const snippet = {
    ...more,
    commands: command('vkSubject', param('VkDevice', 'device')),
    notRequired: ['vkSubject'],
  };
  return resolved(snippet).commands.find(c => c.name === 'vkSubject')?.providers;
}

describe('generator: commands', () => {
  it('turns success and error codes into values, also those that an extension adds', () => {
    const row = commandRow(
      param('VkDevice', 'device'),
      'successcodes="VK_SUCCESS,VK_TIMEOUT" errorcodes="VK_ERROR_OUT_OF_HOST_MEMORY,VK_ERROR_LOST_EXT"',
      {
        extensions: extension(
          'VK_EXT_a',
          '<require><enum extends="VkResult" offset="0" dir="-" name="VK_ERROR_LOST_EXT"/></require>',
        ),
      },
    );
    expect(row.successCodes).to.deep.equal([0, 2]);
    expect(row.errorCodes).to.deep.equal([-1, -1000002000]);
  });

  it('stops at a code that nothing defines', () => {
    expect(() => commandRow(param('VkDevice', 'device'), 'successcodes="VK_GONE"')).to.throw(
      'VK_GONE: an enumerant that nothing defines',
    );
  });

  it('keeps the queues as the registry spells them', () => {
    const attributes = 'queues="VK_QUEUE_GRAPHICS_BIT,VK_QUEUE_COMPUTE_BIT"';
    expect(commandRow(param('VkCommandBuffer', 'c'), attributes).queues).to.deep.equal([
      'VK_QUEUE_GRAPHICS_BIT',
      'VK_QUEUE_COMPUTE_BIT',
    ]);
    expect(commandRow(param('VkDevice', 'd')).queues).to.deep.equal([]);
  });

  it('knows what it returns', () => {
    const commands =
      command('vkA', '', '', 'void') + command('vkB', param('VkDevice', 'd'), '', 'VkDeviceSize');
    expect(resolved({ commands }).commands.map(c => c.returns)).to.deep.equal(['void', 'VkDeviceSize']);
  });

  it('drops the command and the parameter of another API', () => {
    const commands =
      command('vkA', param('VkDevice', 'd', 'api="vulkansc"') + param('VkQueue', 'q'), 'api="vulkan"') +
      command('vkA', param('VkInstance', 'i'), 'api="vulkansc"');
    expect(resolved({ commands }).commands.map(c => c.params.map(p => p.name))).to.deep.equal([['q']]);
  });
});

describe('generator: levels', () => {
  const level = (params: string, types = '') => commandRow(params, '', { types }).level;

  it('global: no handle first', () => {
    expect(level('')).to.equal('global');
    expect(level('<param>const <type>char</type>* <name>p</name></param>')).to.equal('global');
    expect(level('<param><type>VkInstance</type>* <name>pInstance</name></param>')).to.equal('global');
  });
  it('instance: an instance or a physical device', () => {
    expect(level(param('VkInstance', 'i'))).to.equal('instance');
    expect(level(param('VkPhysicalDevice', 'p'))).to.equal('instance');
  });
  it('device: a device and what lies below it', () => {
    for (const type of ['VkDevice', 'VkQueue', 'VkCommandBuffer'])
      expect(level(param(type, 'x'))).to.equal('device');
  });
  it('a non-dispatchable handle first: by its parents', () => {
    const pools = handleType('VkPool', 'VkDevice') + handleType('VkSet', 'VkPool');
    expect(level(param('VkSet', 's'), pools)).to.equal('device');
    expect(level(param('VkSurface', 's'), handleType('VkSurface', 'VkInstance'))).to.equal('instance');
  });
  it('an alias of a handle counts as the handle', () => {
    const types = handleType('VkPool', 'VkDevice') + aliasType('handle', 'VkPoolKHR', 'VkPool');
    expect(level(param('VkPoolKHR', 'p'), types)).to.equal('device');
  });
});

describe('generator: what offers a command', () => {
  it('a version, and an extension', () => {
    const feature = (inside: string) =>
      `<feature api="vulkan" name="VK_VERSION_1_1" number="1.1">${inside}</feature>`;
    expect(providers({ features: feature(require('vkSubject')) })).to.equal('VK_VERSION_1_1');
    expect(providers({ extensions: extension('VK_KHR_a', require('vkSubject')) })).to.equal('VK_KHR_a');
    expect(
      providers({
        features: feature(require('vkSubject')),
        extensions: extension('VK_KHR_a', require('vkSubject')),
      }),
    ).to.equal('VK_VERSION_1_1,VK_KHR_a');
  });

  it('an extension under a condition: the registry grammar is kept', () => {
    const block = require('vkSubject', 'depends="(VK_KHR_b,VK_VERSION_1_1)+VK_KHR_c"');
    expect(providers({ extensions: extension('VK_KHR_a', block) })).to.equal(
      '(VK_KHR_a+((VK_KHR_b,VK_VERSION_1_1)+VK_KHR_c))',
    );
  });

  it('the parts that a version is split into are that version', () => {
    const features = `<feature api="vulkan" apitype="internal" name="VK_COMPUTE_VERSION_1_2" number="1.2">
      ${require('vkSubject')}</feature>`;
    expect(providers({ features })).to.equal('VK_VERSION_1_2');
    const block = require('vkSubject', 'depends="VK_BASE_VERSION_1_1,VK_KHR_b"');
    expect(providers({ extensions: extension('VK_KHR_a', block) })).to.equal(
      '(VK_KHR_a+(VK_VERSION_1_1,VK_KHR_b))',
    );
  });

  it('older words: feature and extension of a block', () => {
    const block = require('vkSubject', 'feature="VK_VERSION_1_1" extension="VK_KHR_b"');
    expect(providers({ extensions: extension('VK_KHR_a', block) })).to.equal(
      '(VK_KHR_a+(VK_VERSION_1_1+VK_KHR_b))',
    );
  });

  it('nothing: the command is not there', () => {
    expect(providers({})).to.equal(undefined);
    const disabled = `<extension name="VK_KHR_a" number="3" type="device" supported="disabled">
      ${require('vkSubject')}</extension>`;
    expect(providers({ extensions: disabled })).to.equal(undefined);
    const sc = `<feature api="vulkansc" name="VKSC_VERSION_1_0" number="1.0">${require('vkSubject')}</feature>`;
    expect(providers({ features: sc })).to.equal(undefined);
    expect(providers({ extensions: extension('VK_KHR_a', require('vkSubject', 'api="vulkansc"')) })).to.equal(
      undefined,
    );
  });

  it('stops at a command that nothing defines', () => {
    const extensions = extension('VK_KHR_a', require('vkNowhere'));
    expect(() => resolved({ extensions })).to.throw('vkNowhere: required, but no <command> defines it');
  });

  it('an alias has its own', () => {
    const registry = resolved({
      commands: `${command('vkSubject', param('VkDevice', 'd'))}
        <command name="vkSubjectKHR" alias="vkSubject"/><command name="vkSubjectEXT" alias="vkSubjectKHR"/>`,
      notRequired: ['vkSubjectKHR', 'vkSubjectEXT'],
      extensions:
        extension('VK_KHR_a', require('vkSubjectKHR')) +
        extension('VK_EXT_a', require('vkSubjectEXT', 'depends="VK_KHR_b"')),
    });
    expect(Object.fromEntries(registry.commandAliases)).to.deep.equal({
      vkSubjectKHR: { target: 'vkSubject', providers: 'VK_KHR_a' },
      vkSubjectEXT: { target: 'vkSubject', providers: '(VK_EXT_a+(VK_KHR_b))' },
    });
    expect(registry.commands.map(c => c.providers)).to.deep.equal(['VK_VERSION_1_0']);
  });
});

describe('generator: extensions', () => {
  const row = (attributes: string) =>
    resolved({ extensions: extension('VK_KHR_a', '', attributes) }).extensions[0];

  it('has number, version, kind and platform', () => {
    expect(row('platform="win32"')).to.deep.include({
      ...{ name: 'VK_KHR_a', number: 3, version: 5, kind: 'device', platform: 'win32', provisional: false },
    });
  });
  it('keeps a boolean depends', () =>
    expect(row('depends="(VK_KHR_b,VK_VERSION_1_1)+VK_KHR_c"').depends).to.equal(
      '(VK_KHR_b,VK_VERSION_1_1)+VK_KHR_c',
    ));
  it('reads the older requires and requiresCore', () =>
    expect(row('requires="VK_KHR_b,VK_KHR_c" requiresCore="1.1"').depends).to.equal(
      'VK_VERSION_1_1+VK_KHR_b+VK_KHR_c',
    ));
  it('knows its successors', () => {
    expect(row('promotedto="VK_VERSION_1_1"').promotedTo).to.equal('VK_VERSION_1_1');
    expect(row('deprecatedby="VK_KHR_b"').deprecatedBy).to.equal('VK_KHR_b');
    expect(row('obsoletedby="VK_KHR_c"').deprecatedBy).to.equal('VK_KHR_c');
  });
  it('is provisional where the registry says so', () =>
    expect(row('provisional="true"').provisional).to.equal(true));
  it('is dropped where it is disabled or of another API', () => {
    const supported = (value: string) =>
      resolved({
        extensions: `<extension name="VK_X" number="1" type="device" supported="${value}"/>`,
      }).extensions;
    expect(supported('disabled')).to.deep.equal([]);
    expect(supported('vulkansc')).to.deep.equal([]);
    expect(() => supported('vulkan,vulkansc')).to.throw('<extension> VK_X: no SPEC_VERSION');
  });
});
