// In: C names.
// Out: the names in TypeScript; every rule stands here, README shows them as a table.

const TAGS =
  'IMG|AMD|AMDX|ARM|FSL|BRCM|NXP|NV|NVX|VIV|VSI|KDAB|ANDROID|CHROMIUM|FUCHSIA|GGP|GOOGLE|QCOM|LUNARG|NZXT|SAMSUNG|SEC|TIZEN|RENESAS|NN|MVK|KHR|KHX|EXT|MESA|INTEL|HUAWEI|OHOS|VALVE|QNX|JUICE|FB|RASTERGRID|MSFT|SHADY|FREDEMMOTT|MTK';
const TAG = new RegExp(`(${TAGS})$`);
const TAG_OF_MEMBER = new RegExp(`_(${TAGS})$`);

/** `EXT` of `VkDebugUtilsMessageTypeFlagBitsEXT`. */
export const vendorTag = (type: string): string | undefined => TAG.exec(type)?.[1];

/** `vkGetMemoryWin32HandlePropertiesKHR` → `getMemoryWin32HandlePropertiesKHR` */
export const commandName = (cName: string): string => cName[2].toLowerCase() + cName.slice(3);

/** `VK_WHOLE_SIZE` → `WHOLE_SIZE` */
export const constantName = (cName: string): string => cName.replace(/^VK_/, '');

/** `VkExternalMemoryHandleTypeFlagBits` → `VK_EXTERNAL_MEMORY_HANDLE_TYPE_`; the vendor tag is not part of it. */
export function enumPrefix(type: string): string {
  if (type === 'VkResult') return 'VK_';
  const stem = type.replace(TAG, '').replace(/FlagBits(\d*)$/, '$1');
  const snake = stem
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([a-z])(\d)/g, (_, letter, digit) => `${letter}_${digit}`)
    .toUpperCase();
  return `${snake}_`;
}

/**
 * `VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_TEXTURE_BIT` of its type → `D3D11_TEXTURE`: the type's prefix, `_BIT` and
 * the type's own vendor tag go; `VK_IMAGE_TYPE_2D` → `_2D`, since a name cannot begin with a digit.
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

/** Prefixes are compared without underscores: `VkImageType` may be `VK_IMAGE_TYPE_`, `H264` `H264_` or `H_264_`. */
function prefixLength(type: string, cName: string): number {
  const prefix = enumPrefix(type).replaceAll('_', '');
  let matched = 0;
  for (let i = 0; i < cName.length; i++) {
    if (matched === prefix.length)
      return cName[i] === '_' ? i + 1 : /^(VK|STD_VIDEO)_/.exec(cName)![0].length;
    if (cName[i] === '_') continue;
    if (cName[i] !== prefix[matched]) break;
    matched++;
  }
  return /^(VK|STD_VIDEO)_/.exec(cName)?.[0].length ?? 0;
}
