// The rules for names in TypeScript, except methods' (src/registry/shape.ts); README shows all as a table.

const TAGS =
  'AMD|AMDX|ANDROID|ARM|BRCM|CHROMIUM|EXT|FB|FREDEMMOTT|FSL|FUCHSIA|GGP|GOOGLE|HUAWEI|IMG|INTEL|JUICE|KDAB|' +
  'KHR|KHX|LUNARG|MESA|MSFT|MTK|MVK|MWS|NN|NV|NVX|NXP|NZXT|OHOS|OPENXR|QCOM|QNX|RASTERGRID|RENDERDOC|' +
  'SAMSUNG|SEC|SHADY|TIZEN|VALVE|VIV|VSI';
const TAG = new RegExp(`(${TAGS})$`);
const TAG_OF_MEMBER = new RegExp(`_(${TAGS})$`);

/** Whether it is a known vendor tag; the parser tests it, so that a new vendor is not overlooked. */
export const isVendorTag = (name: string): boolean => TAGS.split('|').includes(name);

/** The vendor tag of a type: `EXT` of `VkDebugUtilsMessageTypeFlagBitsEXT`. */
export const vendorTag = (type: string): string | undefined => TAG.exec(type)?.[1];

/** `VK_WHOLE_SIZE` → `WHOLE_SIZE` */
export const constantName = (cName: string): string => cName.replace(/^VK_/, '');

/** Reserved in TypeScript and not in C. */
const RESERVED = new RegExp(
  '^(arguments|await|catch|class|debugger|delete|eval|export|extends|false|finally|function|implements|import|' +
    'in|instanceof|interface|let|new|null|package|private|protected|public|super|this|throw|true|try|typeof|' +
    'var|with|yield)$',
);

/** `function` → `function_`: words that TypeScript reserves. */
export const parameterName = (cName: string): string => (RESERVED.test(cName) ? `${cName}_` : cName);

/** `VkExternalMemoryHandleTypeFlagBits` → `VK_EXTERNAL_MEMORY_HANDLE_TYPE_`; a vendor tag is not part of it. */
export function enumPrefix(type: string): string {
  if (type === 'VkResult') return 'VK_';
  const stem = type.replace(TAG, '').replace(/FlagBits(\d*)$/, '$1');
  const snake = stem
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([a-z])(\d)/g, '$1_$2')
    .toUpperCase();
  return `${snake}_`;
}

/**
 * `VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_TEXTURE_BIT` → `D3D11_TEXTURE`: without the type's prefix, `_BIT` and the type's
 * own vendor tag; `VK_IMAGE_TYPE_2D` → `_2D`, since a name cannot begin with a digit.
 */
export function memberName(type: string, cName: string, { keepTag = false } = {}): string {
  const tag = vendorTag(type);
  let name = cName.slice(prefixLength(type, cName));
  const ownTag = TAG_OF_MEMBER.exec(name)?.[1];
  if (ownTag !== undefined) name = name.slice(0, -ownTag.length - 1);
  name = name.replace(/_BIT$/, '');
  if (ownTag !== undefined && (ownTag !== tag || keepTag)) name += `_${ownTag}`;
  return /^\d/.test(name) ? `_${name}` : name;
}

/** The length of the prefix, whose underscores may not follow from the type's name: `TOSALevel` and `TOSA_LEVEL_…`. */
function prefixLength(type: string, cName: string): number {
  const prefix = enumPrefix(type);
  if (cName.startsWith(prefix)) return prefix.length;
  const loose = new RegExp(`^${[...prefix.replaceAll('_', '')].join('_?')}_`).exec(cName);
  return (loose ?? /^(VK|STD_VIDEO)_/.exec(cName))?.[0].length ?? 0;
}
