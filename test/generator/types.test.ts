// Handles, function pointers, base types and platform types of the registry become the right rows.
import { expect } from 'chai';
import { aliasType, emitted, handleType, resolved, structType } from './snippet.ts';

describe('generator: handles', () => {
  it('knows parent, kind and object type', () => {
    const types = handleType('VkImage', 'VkDevice') + handleType('VkOther', 'VkImage', true);
    const text = emitted({ types }, 'rows/handles.ts');
    expect(text).to.contain('\nVkImage VkDevice non-dispatchable 8\n');
    expect(text).to.contain('\nVkOther VkImage dispatchable 8\n');
    expect(text).to.contain('\nVkInstance - dispatchable 0\n');
  });

  it('is a brand in the types, an alias the same brand', () => {
    const types = handleType('VkImage', 'VkDevice') + aliasType('handle', 'VkImageKHR', 'VkImage');
    const text = emitted({ types }, 'types/structs.ts');
    expect(text).to.contain("export type VkImage = Handle<'VkImage'>;\n");
    expect(text).to.contain('export type VkImageKHR = VkImage;\n');
    expect(text).not.to.contain("Handle<'VkDevice'>");
    expect(emitted({ types }, 'rows/handles.ts')).to.contain('\nVkImageKHR =VkImage\n');
  });

  it('stops at an object type that nothing defines', () => {
    const types = handleType('VkX', 'VkDevice', false, 'GONE');
    expect(() => resolved({ types })).to.throw('VK_OBJECT_TYPE_GONE: an enumerant that nothing defines');
  });
});

describe('generator: function pointers', () => {
  const row = (types: string) => /^PFN_.*$/m.exec(emitted({ types }, 'rows/callbacks.ts'))?.[0];

  it('reads the text form of older registries', () => {
    const types = `<type category="funcpointer">typedef void* (VKAPI_PTR *<name>PFN_vkAllocationFunction</name>)(
      <type>void</type>*                                       pUserData,
      <type>size_t</type>                                      size,<comment>, of (all)</comment>
      const <type>char</type>*                                 pName);</type>`;
    expect(row(types)).to.equal('PFN_vkAllocationFunction void*|pUserData &void;size size_t;pName *char');
  });

  it('reads one without parameters', () => {
    const types =
      '<type category="funcpointer">typedef void (VKAPI_PTR *<name>PFN_vkVoidFunction</name>)(void);</type>';
    expect(row(types)).to.equal('PFN_vkVoidFunction void|');
  });

  it('reads the element form', () => {
    const types = `<type category="funcpointer"><proto><type>void</type>* <name>PFN_vkAllocationFunction</name></proto>
      <param><type>void</type>* <name>pUserData</name></param>
        <param optional="true"><type>size_t</type> <name>size</name></param>
      <param>const <type>char</type>* <name>pName</name></param></type>`;
    expect(row(types)).to.equal('PFN_vkAllocationFunction void*|pUserData &void;size size_t ?;pName *char');
  });

  it('becomes a function type: strings, objects, bigint for handles and 64 bits', () => {
    const types = `${structType('VkData', '<member><type>uint32_t</type> <name>x</name></member>', 'returnedonly="true"')}
      <type category="funcpointer"><proto><type>VkBool32</type> <name>PFN_vkTold</name></proto>
        <param><type>VkInstance</type> <name>function</name></param>
          <param><type>size_t</type> <name>size</name></param>
        <param>const <type>char</type>* <name>pName</name></param>
          <param>const <type>VkData</type>* <name>pData</name></param></type>`;
    expect(emitted({ types }, 'types/structs.ts')).to.contain(
      'export type PFN_vkTold = (function_: bigint, size: bigint, pName: string | null, pData: VkData) => boolean | void;\n',
    );
  });

  it('stops at a prototype that it cannot read', () => {
    const types = '<type category="funcpointer">typedef void <name>PFN_vkX</name>;</type>';
    expect(() => resolved({ types })).to.throw('vk.xml: <type> PFN_vkX: function pointer not understood');
    const array = `<type category="funcpointer">typedef void (VKAPI_PTR *<name>PFN_vkX</name>)(<type>float</type> x[4]);</type>`;
    expect(() => resolved({ types: array })).to.throw('PFN_vkX: parameter not understood: "float x[4]"');
  });
});

describe('generator: basetypes and platform types', () => {
  const base = (types: string) => Object.fromEntries(resolved({ types }).baseTypes);

  it('reads typedefs of integers, pointers and structs, and declarations', () => {
    const types = `
      <type category="basetype">typedef <type>uint64_t</type> <name>VkDeviceAddress</name>;</type>
      <type category="basetype">typedef <type>void</type>* <name>VkRemoteAddressNV</name>;</type>
      <type category="basetype">typedef struct __IOSurface* <name>IOSurfaceRef</name>;</type>
      <type category="basetype">typedef struct NativeWindow <name>OHNativeWindow</name>;</type>
      <type category="basetype">struct <name>ANativeWindow</name>;</type>
      <type category="basetype">#ifdef __OBJC__
@class CAMetalLayer;
#else
typedef void <name>CAMetalLayer</name>;
#endif</type>`;
    expect(base(types)).to.include({
      VkDeviceAddress: 'uint64_t',
      VkRemoteAddressNV: 'void*',
      IOSurfaceRef: 'void*',
      OHNativeWindow: 'void',
      ANativeWindow: 'void',
      CAMetalLayer: 'void',
    });
  });

  it('stops at a basetype that it would have to guess', () => {
    const typedef = (text: string) => () => resolved({ types: `<type category="basetype">${text}</type>` });
    expect(typedef('typedef long <name>VkLong</name>;')).to.throw(
      'vk.xml: <type> VkLong: basetype of long, which is no primitive',
    );
    expect(typedef('typedef void** <name>VkDeep</name>;')).to.throw(
      'vk.xml: <type> VkDeep: basetype not understood',
    );
  });

  it('knows what the platforms define', () => {
    const types = `<type requires="windows.h" name="HANDLE"/><type requires="windows.h" name="LPCWSTR"/>
        <type requires="X11/Xlib.h" name="Window"/>`;
    expect(base(types)).to.include({ HANDLE: 'HANDLE', LPCWSTR: 'wchar*', Window: 'ulong' });
  });

  it('stops at a platform type that it does not know', () => {
    const types = '<type requires="new.h" name="NewWindow"/>';
    expect(() => resolved({ types })).to.throw(
      '<type> NewWindow: a platform type that scripts/generate/platform.ts does not know',
    );
  });

  it('takes the version from the two defines', () => {
    expect(resolved({}).headerVersion).to.equal('1.9.7');
  });
});

describe('generator: flags', () => {
  it('offer their bits', () => {
    const types = `<type category="enum" name="VkABits"/>
      <type category="bitmask" requires="VkABits">typedef <type>VkFlags</type> <name>VkA</name>;</type>`;
    expect(resolved({ types, notRequired: ['VkABits'] }).enums.map(e => e.name)).to.include('VkABits');
  });

  it('has 32 or 64 bits, and the type of its bits in the older and the newer way', () => {
    const flags = (name: string, of: string, attributes: string) =>
      `<type category="bitmask" ${attributes}>typedef <type>${of}</type> <name>${name}</name>;</type>`;
    const types = `<type category="enum" name="VkABits"/><type category="enum" name="VkBBits"/>
      ${flags('VkA', 'VkFlags', 'requires="VkABits"')}
      ${flags('VkB', 'VkFlags64', 'bitvalues="VkBBits"')}
      ${flags('VkC', 'VkFlags', '')}
      <type category="bitmask" name="VkAKHR" alias="VkA"/>`;
    const text = emitted({ types }, 'rows/flags.ts');
    expect(text).to.contain('\nVkA 32 VkABits\nVkAKHR =VkA\nVkB 64 VkBBits\nVkC 32\n');
    const typeText = emitted({ types }, 'rows/flag-types.ts');
    expect(typeText).to.contain(
      "export type VkA = enums.VkABits | Combination;\nexport type VkB = enums.Flags64<'VkBBits'>;\n",
    );
    expect(typeText).to.contain('export type VkC = Combination;\nexport type VkAKHR = VkA;\n');
  });
});
