// An editor completes names of the packed package, and shows on hover what Vulkan's registry says.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sentences } from '../../scripts/generate/sentences.ts';
import { VkFormat } from '../../src/index.ts';
import { OWN, typescript } from './compile.ts';
import { type Editor, languageServer, languageService } from './language-server.ts';
import { beside, copyOf, reaching, suite, user } from './user.ts';
import { TYPESCRIPT_5, TYPESCRIPT_6 } from './versions.ts';

const PROGRAM = `import { loadVulkan, VkBufferUsageFlagBits, VkFormat } from 'koffi-vulkan';
import { allocateFor } from 'koffi-vulkan/helpers';

const [gpu] = loadVulkan().createInstance({}).enumeratePhysicalDevices();
const device = gpu!.createDevice({ pQueueCreateInfos: [], ppEnabledExtensionNames: ['VK_KHR_swapchain'] });
const buffer = device.createBuffer({ size: 4, usage: VkBufferUsageFlagBits.TRANSFER_SRC });
allocateFor(device, { buffer });
export const format: VkFormat = VkFormat.R8_UNORM;
`;
const SETTINGS = { module: 'nodenext', target: 'esnext', strict: true, types: [] };

suite('the packed package in an editor (not on Windows: npm is needed)', () => {
  before(function () {
    reaching(this, user);
  });

  for (const version of [OWN, TYPESCRIPT_6, TYPESCRIPT_5])
    describe(`TypeScript ${version}`, () => {
      let editor: Editor;
      /** Just before a place in the program that is there once. */
      const at = (text: string) => PROGRAM.indexOf(text);

      before(async function () {
        const compiler = reaching(this, () => typescript(version));
        const home = beside(`editor-${version}`);
        copyOf(home, 'koffi-vulkan', 'koffi', '@koromix');
        writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }\n');
        writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions: SETTINGS }));
        const file = join(home, 'program.ts');
        writeFileSync(file, PROGRAM);
        editor =
          version === OWN ? await languageServer(compiler, file) : languageService(compiler, file, SETTINGS);
      });
      after(() => editor?.close());

      it('offers the enumerators of an enum, all of them and nothing else', async () => {
        const offered = await editor.complete(at('R8_UNORM'));
        expect(offered).to.include('R8_UNORM');
        expect(offered).to.have.members(Object.keys(VkFormat));
      });

      it('offers the names of extensions, and the commands of a device', async () => {
        expect(await editor.complete(at("_swapchain'"))).to.include.members([
          'VK_KHR_swapchain',
          'VK_KHR_external_memory_win32',
        ]);
        expect(await editor.complete(at('createBuffer('))).to.include.members([
          'createBuffer',
          'createImage',
        ]);
      });

      it('tells of a member of flags which bits it takes', async () => {
        const hover = await editor.hover(at('usage: '));
        expect(hover).to.contain('VkBufferCreateInfo.usage');
        expect(hover).to.contain('VkBufferUsageFlagBits');
      });

      it('tells of a command what it does, its error codes and its page', async () => {
        const hover = await editor.hover(at('createBuffer('));
        expect(hover).to.contain(sentences.get('vkCreateBuffer'));
        expect(hover).to.contain('may throw VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_DEVICE_MEMORY');
        expect(hover).to.match(/https:\/\/registry\.khronos\.org\/.*vkCreateBuffer\.html/);
      });

      it('tells an enumerator by its name, and a helper by its comment', async () => {
        expect(await editor.hover(at('R8_UNORM'))).to.contain(`VkFormat.R8_UNORM = ${VkFormat.R8_UNORM}`);
        expect(await editor.hover(at('allocateFor(device'))).to.match(
          /allocateFor.*device: Device[\s\S]*\n.*memory/,
        );
      });
    });
});
