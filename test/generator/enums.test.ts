// Enums, enumerators and constants of the registry have the right values, and their C names can be got back from these.
import { expect } from 'chai';
import { chainable, emitted, resolved, type Snippet } from './snippet.ts';

const withEnum = (
  type: string,
  kind: 'enum' | 'bitmask',
  enumerants: string,
  more: Snippet = {},
): Snippet => ({
  ...more,
  types: `<type category="enum" name="${type}"/>${more.types ?? ''}`,
  enums: `<enums name="${type}" type="${kind}">${enumerants}</enums>${more.enums ?? ''}`,
});

/** Member name → value, in the order of the members. */
function values(snippet: Snippet, type: string): [string, number | bigint][] {
  const found = resolved(snippet).enums.find(e => e.name === type);
  return (found?.members ?? []).map(m => [m.name, m.value]);
}

const extension = (enums: string) =>
  `<extension name="VK_EXT_subject" type="device" supported="vulkan" number="42"><require>
     <enum value="1" name="VK_EXT_SUBJECT_SPEC_VERSION"/>${enums}
   </require></extension>`;

describe('generator: values of enums', () => {
  it('takes decimal, hexadecimal and negative values', () => {
    const snippet = withEnum(
      'VkSubject',
      'enum',
      `<enum value="7" name="VK_SUBJECT_A"/><enum value="0x10" name="VK_SUBJECT_B"/>
        <enum value="-3" name="VK_SUBJECT_C"/>`,
    );
    expect(values(snippet, 'VkSubject')).to.deep.equal([
      ['A', 7],
      ['B', 16],
      ['C', -3],
    ]);
  });

  it('gives the names of one bit', () => {
    const snippet = withEnum('VkSubjectFlagBits', 'bitmask', '<enum bitpos="31" name="VK_SUBJECT_TOP_BIT"/>');
    expect(values(snippet, 'VkSubjectFlagBits')).to.deep.equal([['TOP', 2 ** 31]]);
  });

  it('gives bits of a 64-bit enum as bigint, also the low ones', () => {
    const snippet: Snippet = {
      types: '<type category="enum" name="VkSubjectFlagBits2"/>',
      enums: `<enums name="VkSubjectFlagBits2" type="bitmask" bitwidth="64">
        <enum value="0" name="VK_SUBJECT_2_NONE"/><enum bitpos="32" name="VK_SUBJECT_2_HIGH_BIT"/>
        <enum bitpos="63" name="VK_SUBJECT_2_TOP_BIT"/></enums>`,
    };
    expect(values(snippet, 'VkSubjectFlagBits2')).to.deep.equal([
      ['NONE', 0n],
      ['HIGH', 0x1_0000_0000n],
      ['TOP', 0x8000_0000_0000_0000n],
    ]);
    expect(emitted(snippet, 'rows/bitmasks.ts')).to.contain('  HIGH: 0x100000000n,\n');
  });

  it('computes an offset from the number of the extension', () => {
    const snippet = withEnum('VkSubject', 'enum', '', {
      extensions: extension('<enum extends="VkSubject" offset="3" name="VK_SUBJECT_ADDED_EXT"/>'),
    });
    expect(values(snippet, 'VkSubject')).to.deep.equal([['ADDED_EXT', 1_000_041_003]]);
  });

  it('negates an offset with dir="-"', () => {
    const snippet = withEnum('VkSubject', 'enum', '', {
      extensions: extension('<enum extends="VkSubject" offset="3" dir="-" name="VK_SUBJECT_ERROR_EXT"/>'),
    });
    expect(values(snippet, 'VkSubject')).to.deep.equal([['ERROR_EXT', -1_000_041_003]]);
  });

  it('takes extnumber before the number of the extension, and in a version', () => {
    const enumerant = (name: string) =>
      `<enum extends="VkSubject" extnumber="100" offset="2" name="VK_SUBJECT_${name}"/>`;
    const snippet = withEnum('VkSubject', 'enum', '', {
      extensions: extension(enumerant('ONE_EXT')),
      features: `<feature api="vulkan" name="VK_VERSION_1_1" number="1.1"><require>${enumerant('TWO')}</require></feature>`,
    });
    expect(values(snippet, 'VkSubject').map(([, value]) => value)).to.deep.equal([
      1_000_099_002, 1_000_099_002,
    ]);
  });

  it('gives an alias the value of what it stands for, through others, after the canonical names', () => {
    const snippet = withEnum(
      'VkSubject',
      'enum',
      `<enum name="VK_SUBJECT_OLDEST" alias="VK_SUBJECT_OLD"/>
        <enum name="VK_SUBJECT_OLD" alias="VK_SUBJECT_NEW"/><enum value="9" name="VK_SUBJECT_NEW"/>`,
    );
    expect(values(snippet, 'VkSubject')).to.deep.equal([
      ['NEW', 9],
      ['OLDEST', 9],
      ['OLD', 9],
    ]);
  });

  it('stops at an alias of nothing, with both names', () => {
    const snippet = withEnum('VkSubject', 'enum', '<enum name="VK_SUBJECT_OLD" alias="VK_SUBJECT_GONE"/>');
    expect(() => resolved(snippet)).to.throw('<enum> VK_SUBJECT_OLD: alias of VK_SUBJECT_GONE');
  });

  it('drops what is of another API', () => {
    const snippet = withEnum(
      'VkSubject',
      'enum',
      `<enum value="1" name="VK_SUBJECT_SC" api="vulkansc"/>
        <enum value="2" name="VK_SUBJECT_BOTH" api="vulkan,vulkansc"/>`,
      {
        extensions:
          extension('<enum extends="VkSubject" value="3" name="VK_SUBJECT_X_EXT" api="vulkansc"/>') +
          `<extension name="VK_X" number="1" supported="disabled"><require>
            <enum extends="VkSubject" value="4" name="VK_SUBJECT_D"/></require></extension>`,
      },
    );
    expect(values(snippet, 'VkSubject')).to.deep.equal([['BOTH', 2]]);
  });

  it('declares a type that no other enum has, of 64 bits as a bigint', () => {
    const snippet = {
      types: '<type category="enum" name="VkEmptyFlagBits"/><type category="enum" name="VkWideFlagBits"/>',
      enums:
        '<enums name="VkWideFlagBits" type="bitmask" bitwidth="64"><enum bitpos="33" name="VK_WIDE_HIGH_BIT"/></enums>',
    };
    const types = emitted(snippet, 'rows/enum-types.ts');
    expect(types).to.contain('export declare enum VkEmptyFlagBits {\n}\n');
    expect(types).to.contain(
      "export declare const VkWideFlagBits: {\n  readonly HIGH: VkWideFlagBits;\n};\nexport type VkWideFlagBits = Flags64<'VkWideFlagBits'>;\n",
    );
    expect(emitted(snippet, 'rows/bitmasks.ts')).to.contain(
      'export const VkWideFlagBits = {\n  HIGH: 0x200000000n,\n} as const as typeof types.VkWideFlagBits;\nexport type VkWideFlagBits = types.VkWideFlagBits;\n',
    );
  });

  it('keeps what is read of VkStructureType from widening, since it tells the elements of a chain apart', () => {
    const snippet = { types: chainable('VkBase', 'A') };
    expect(emitted(snippet, 'rows/structure-type.ts')).to.match(
      /export declare enum VkStructureType \{\n {2}A = \d+,/,
    );
    expect(emitted(snippet, 'rows/enum-types.ts')).to.contain('  readonly A: inner.VkStructureType.A;\n');
  });

  it('gives the alias of an enum its values', () => {
    const snippet = withEnum('VkSubject', 'enum', '<enum value="7" name="VK_SUBJECT_A"/>', {
      types: '<type category="enum" name="VkSubjectKHR" alias="VkSubject"/>',
    });
    expect(emitted(snippet, 'rows/enums.ts')).to.contain(
      'export const VkSubjectKHR = VkSubject;\nexport type VkSubjectKHR = VkSubject;\n',
    );
    expect(emitted(snippet, 'rows/enum-types.ts')).to.contain('export { VkSubject as VkSubjectKHR };\n');
  });
});

describe('generator: names of enumerants', () => {
  it('keeps the vendor tag where two would else have one name', () => {
    const snippet = withEnum(
      'VkSubjectKHR',
      'enum',
      '<enum value="1" name="VK_SUBJECT_A"/><enum value="2" name="VK_SUBJECT_A_KHR"/>',
    );
    expect(values(snippet, 'VkSubjectKHR')).to.deep.equal([
      ['A', 1],
      ['A_KHR', 2],
    ]);
  });

  it('stops where two still have one name', () => {
    const snippet = withEnum(
      'VkSubject',
      'enum',
      '<enum value="1" name="VK_SUBJECT_A"/><enum value="2" name="VK_SUBJECT_A_BIT"/>',
    );
    expect(() => resolved(snippet)).to.throw('VkSubject: two enumerants shorten to A');
  });

  it('writes the pattern by which C names come back, and the names that do not follow it', () => {
    const snippet = withEnum(
      'VkSubjectFlagBitsEXT',
      'bitmask',
      `<enum bitpos="0" name="VK_SUBJECT_A_BIT_EXT"/><enum bitpos="1" name="VK_SUBJECT_2D_BIT_EXT"/>
        <enum value="3" name="VK_SUBJECT_ALL_EXT"/>`,
    );
    expect(emitted(snippet, 'rows/names.ts')).to.contain(
      '\nVkSubjectFlagBitsEXT VK_SUBJECT_*_BIT_EXT ALL=VK_SUBJECT_ALL_EXT\n',
    );
  });
});

describe('generator: constants', () => {
  const constants = (text: string, more: Snippet = {}) =>
    resolved({ ...more, enums: `<enums name="API Constants" type="constants">${text}</enums>` }).constants;

  it('reads each form of a value', () => {
    const found = constants(`
      <enum type="uint32_t" value="256" name="VK_SIZE"/><enum type="float" value="1000.0F" name="VK_CLAMP"/>
      <enum type="uint32_t" value="(~0U)" name="VK_ALL"/>
        <enum type="uint32_t" value="(~2U)" name="VK_ALL_BUT"/>
      <enum type="uint32_t" value="(~0U-1)" name="VK_LESS"/>
        <enum type="uint64_t" value="(~0ULL)" name="VK_WIDE"/>
      <enum name="VK_SIZE_KHR" alias="VK_SIZE"/>`);
    expect(Object.fromEntries(found)).to.deep.equal({
      VK_SIZE: 256,
      VK_CLAMP: 1000,
      VK_ALL: 0xffff_ffff,
      VK_ALL_BUT: 0xffff_fffd,
      VK_LESS: 0xffff_fffe,
      VK_WIDE: 0xffff_ffff_ffff_ffffn,
      VK_SIZE_KHR: 256,
    });
  });

  it('takes those that extensions add, one that is another among them', () => {
    const found = constants('', {
      extensions: extension(
        `<enum value="&quot;VK_EXT_subject&quot;" name="VK_EXT_SUBJECT_EXTENSION_NAME"/>
          <enum value="VK_EXT_SUBJECT_EXTENSION_NAME" name="VK_SAME"/>`,
      ),
    });
    expect(found.get('VK_EXT_SUBJECT_EXTENSION_NAME')).to.equal('VK_EXT_subject');
    expect(found.get('VK_SAME')).to.equal('VK_EXT_subject');
    expect(found.get('VK_EXT_SUBJECT_SPEC_VERSION')).to.equal(1);
  });

  it('leaves out the versions of video headers, which are macros', () => {
    const found = constants('', {
      extensions: extension(
        '<enum value="VK_STD_VULKAN_VIDEO_CODEC_API_VERSION_1_0_0" name="VK_STD_VULKAN_VIDEO_CODEC_SPEC_VERSION"/>',
      ),
    });
    expect([...found.keys()]).to.deep.equal(['VK_EXT_SUBJECT_SPEC_VERSION']);
  });

  it('stops at a value that it cannot read', () => {
    expect(() => constants('<enum value="1 &lt;&lt; 3" name="VK_SHIFT"/>')).to.throw(
      'vk.xml: <enum> VK_SHIFT: value not understood: 1 << 3',
    );
  });
});
