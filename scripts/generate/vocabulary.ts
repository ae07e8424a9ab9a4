// Every element and attribute of the registries 1.3.239 to 1.4.363, and what the generator does with it.

/** What becomes of an element and of each of its attributes; after `nothing:` why it is ignored. */
interface Meaning {
  readonly becomes: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const EDITORS = 'nothing: a note for the registry’s editors';
const C_ONLY = 'nothing: only C’s preprocessor needs it';
const SPEC_TEXT = 'nothing: for the text of the specification';
const RECORDING = 'nothing: validation layers check the state of a recording';
const LEGACY = 'nothing: what is deprecated works as before, and Vulkan’s documents say what to use instead';
const SHADERS = 'nothing: only compilers of shaders need it';
const PROFILES = 'nothing: tools that compare profiles need it';
const FORMATS = 'nothing: sizes of copies do not depend on it; programs that write texels know their format';
const SYNC = 'nothing: validation layers check which access fits which stage and queue';
const VIDEO =
  'nothing: the same structs, members and values are in <types>; this says how a codec combines them';
const OTHER_API = 'other APIs’ variants are left out';

/** By `parent/element`, since one name may mean several things. */
export const VOCABULARY: Readonly<Record<string, Meaning>> = table(`
registry: its sections
registry/comment: ${EDITORS}

registry/platforms: nothing: an extension names its platform itself
  comment: ${EDITORS}
platforms/platform: nothing: an extension names its platform itself
  name: nothing: an extension names its platform itself
  comment: ${EDITORS}
  protect: ${C_ONLY}

registry/tags: the vendor tags at the end of names
  comment: ${EDITORS}
tags/tag: stops the generator if scripts/generate/name.ts does not have it
  name: a tag that enumerators’ names drop
  author: ${EDITORS}
  contact: ${EDITORS}

registry/types: rows of types
  comment: ${EDITORS}
types/comment: ${EDITORS}
types/type: a row of structs, callbacks, handles, flags or base types
  category: which of them
  name: the row’s name
  alias: a row that names its target
  api: ${OTHER_API}
  requires: of flags the FlagBits; of others the header, which only C needs
  bitvalues: of flags of 64 bits the FlagBits
  objtypeenum: HandleRow.objectType
  parent: HandleRow.parent
  returnedonly: StructRow.returnedOnly
  structextends: StructRow.extendedBy of what it names, aliases followed
  allowduplicate: StructRow.allowDuplicate
  requiredlimittype: ${PROFILES}
  deprecated: ${LEGACY}
  comment: ${EDITORS}
type/comment: ${EDITORS}
type/apientry: ${C_ONLY}
type/type: the width of flags, the kind of a handle, the target of a base type
type/name: the row’s name
type/proto: CallbackRow.returns
type/param: CallbackRow.params
  optional: Member.optional and Member.elementOptional
  noautovalidity: Member.noautovalidity
  len: Member.length
  altlen: Member.length, before len
  externsync: Member.externsync
type/member: StructRow.members
  optional: Member.optional and Member.elementOptional
  noautovalidity: Member.noautovalidity
  len: Member.length
  altlen: Member.length, before len
  values: StructRow.sType
  selector: Member.selector
  selection: Member.selection
  externsync: Member.externsync
  objecttype: Member.objectType
  stride: Member.stride
  flagsextend: ValueRule.unless: the flags may be zero if the chain has the struct
  flagsextendmember: stops the generator if it names nothing
  api: ${OTHER_API}
  limittype: ${PROFILES}
  featurelink: ${SPEC_TEXT}
  deprecated: ${LEGACY}
member/type: Declarator.base
member/name: Member.name
  alias: nothing: features of the same name in two structs are two members
member/enum: an extent, as the constant’s value
member/comment: the doc comment of the member

registry/enums: an enum, FlagBits or the constants
  name: its name
  type: which of them
  bitwidth: bigint or number
  comment: ${EDITORS}
  start: ${EDITORS}
  end: ${EDITORS}
  vendor: ${EDITORS}
enums/comment: ${EDITORS}
enums/unused: ${EDITORS}
  start: ${EDITORS}
  vendor: ${EDITORS}
  comment: ${EDITORS}
enums/enum: an enumerator or a constant
  name: its name, shortened
  value: its value
  bitpos: its value
  alias: the same value under another name
  api: ${OTHER_API}
  type: nothing: a constant’s value tells what it is
  deprecated: ${LEGACY}
  comment: ${EDITORS}

registry/commands: rows of commands
  comment: ${EDITORS}
commands/comment: ${EDITORS}
commands/command: CommandRow
  name: of an alias, the row’s name
  alias: a row that names its target
  api: ${OTHER_API}
  successcodes: CommandRow.successCodes
  errorcodes: CommandRow.errorCodes
  queues: CommandRow.queues
  allownoqueues: ${RECORDING}
  conditionalrendering: ${RECORDING}
  renderpass: ${RECORDING}
  videocoding: ${RECORDING}
  cmdbufferlevel: ${RECORDING}
  tasks: ${RECORDING}
  export: nothing: every command is looked up by vkGet*ProcAddr
  supersededby: ${LEGACY}
  comment: ${EDITORS}
command/comment: ${EDITORS}
command/proto: the command’s name and CommandRow.returns
proto/type: CommandRow.returns
proto/name: the row’s name
command/param: CommandRow.params
  optional: Member.optional and Member.elementOptional
  noautovalidity: Member.noautovalidity
  len: Member.length
  altlen: Member.length, before len
  selector: Member.selector
  selection: Member.selection
  externsync: Member.externsync
  objecttype: Member.objectType
  stride: Member.stride
  validstructs: Member.validStructs
  api: ${OTHER_API}
param/type: Declarator.base
param/name: Member.name
param/comment: ${EDITORS}
command/implicitexternsyncparams: CommandRow.implicitExternsync
implicitexternsyncparams/param: the type of objects that it names

registry/feature: what a version adds
  name: a provider’s name
  api: ${OTHER_API}
  depends: stops the generator if it names nothing
  number: read like an extension’s; enumerators of versions have their extension’s number
  apitype: nothing: a version’s internal parts count as the version
  comment: ${EDITORS}
  sortorder: ${C_ONLY}
  protect: ${C_ONLY}
feature/comment: ${EDITORS}
feature/require: the providers of rows
  depends: the condition of a provider
  comment: ${EDITORS}
  api: ${OTHER_API}
  feature: the condition of a provider
  extension: the condition of a provider
  profile: ${EDITORS}
feature/remove: nothing: what Vulkan SC lacks
  comment: ${EDITORS}
  reasonlink: ${SPEC_TEXT}
feature/deprecate: ${LEGACY}
  explanationlink: ${SPEC_TEXT}
remove/comment: ${EDITORS}
remove/command: nothing: what Vulkan SC lacks
  name: nothing: what Vulkan SC lacks
remove/enum: nothing: what Vulkan SC lacks
  name: nothing: what Vulkan SC lacks
remove/type: nothing: what Vulkan SC lacks
  name: nothing: what Vulkan SC lacks
remove/feature: nothing: what Vulkan SC lacks
  name: nothing: what Vulkan SC lacks
  struct: nothing: what Vulkan SC lacks
deprecate/command: ${LEGACY}
  name: ${LEGACY}
  supersededby: ${LEGACY}
deprecate/type: ${LEGACY}
  name: ${LEGACY}
  supersededby: ${LEGACY}
deprecate/feature: ${LEGACY}
  name: ${LEGACY}
  struct: ${LEGACY}

registry/extensions: what extensions add
  comment: ${EDITORS}
extensions/comment: ${EDITORS}
extensions/extension: ExtensionRow
  name: the row’s name
  number: ExtensionRow.number, and the values of its enumerators
  type: ExtensionRow.kind
  supported: extensions of other APIs, and disabled ones, are left out
  depends: ExtensionRow.depends
  requires: ExtensionRow.depends, in older registries
  requiresCore: ExtensionRow.depends, in older registries
  platform: ExtensionRow.platform
  promotedto: ExtensionRow.promotedTo
  deprecatedby: ExtensionRow.deprecatedBy
  obsoletedby: ExtensionRow.deprecatedBy
  provisional: ExtensionRow.provisional
  author: ${EDITORS}
  contact: ${EDITORS}
  ratified: ${SPEC_TEXT}
  nofeatures: ${SPEC_TEXT}
  specialuse: ${SPEC_TEXT}
  comment: ${EDITORS}
  sortorder: ${C_ONLY}
  protect: ${C_ONLY}
extension/comment: ${EDITORS}
extension/require: the providers of rows
  depends: the condition of a provider
  comment: ${EDITORS}
  api: ${OTHER_API}
  feature: the condition of a provider, in older registries
  extension: the condition of a provider, in older registries
  profile: ${EDITORS}
extension/remove: nothing: what Vulkan SC lacks
extension/deprecate: ${LEGACY}
  explanationlink: ${SPEC_TEXT}
require/comment: ${EDITORS}
require/type: StructRow.providers; a type that nothing requires is left out
  name: its name
  comment: ${EDITORS}
require/command: CommandRow.providers; a command that nothing requires is left out
  name: its name
  comment: ${EDITORS}
require/feature: nothing: what a driver must support, not what a program must ask
  name: nothing: what a driver must support, not what a program must ask
  struct: nothing: what a driver must support, not what a program must ask
  comment: ${EDITORS}
require/enum: an enumerator or a constant
  name: its name, shortened
  extends: the enum that has it
  value: its value
  bitpos: its value
  offset: its value
  extnumber: its value
  dir: its value’s sign
  alias: the same value under another name
  api: ${OTHER_API}
  type: nothing: a constant’s value tells what it is
  protect: ${C_ONLY}
  deprecated: ${LEGACY}
  comment: ${EDITORS}

registry/formats: rows of formats
formats/format: a row of formats
  name: the row’s VkFormat
  class: ${FORMATS}
  blockSize: FormatRow.blockSize
  texelsPerBlock: ${FORMATS}
  blockExtent: FormatRow.blockExtent
  packed: ${FORMATS}
  compressed: ${FORMATS}
  chroma: FormatRow.chroma
format/component: the bits of depth and stencil
  name: which of them
  bits: FormatRow.depthBits, FormatRow.stencilBits
  numericFormat: ${FORMATS}
  planeIndex: ${FORMATS}
format/plane: FormatRow.planes
  index: nothing: planes are listed in their order
  widthDivisor: ${FORMATS}
  heightDivisor: ${FORMATS}
  compatible: the format that the plane is copied as
format/spirvimageformat: ${SHADERS}
  name: ${SHADERS}

registry/spirvextensions: ${SHADERS}
  comment: ${EDITORS}
spirvextensions/spirvextension: ${SHADERS}
  name: ${SHADERS}
spirvextension/enable: ${SHADERS}
  version: ${SHADERS}
  extension: ${SHADERS}
registry/spirvcapabilities: ${SHADERS}
  comment: ${EDITORS}
spirvcapabilities/spirvcapability: ${SHADERS}
  name: ${SHADERS}
spirvcapability/enable: ${SHADERS}
  version: ${SHADERS}
  extension: ${SHADERS}
  struct: ${SHADERS}
  feature: ${SHADERS}
  property: ${SHADERS}
  member: ${SHADERS}
  value: ${SHADERS}
  requires: ${SHADERS}
  alias: ${SHADERS}

registry/sync: ${SYNC}
  comment: ${EDITORS}
sync/syncstage: ${SYNC}
  name: ${SYNC}
  alias: ${SYNC}
syncstage/syncsupport: ${SYNC}
  queues: ${SYNC}
syncstage/syncequivalent: ${SYNC}
  stage: ${SYNC}
sync/syncaccess: ${SYNC}
  name: ${SYNC}
  alias: ${SYNC}
syncaccess/comment: ${EDITORS}
syncaccess/syncsupport: ${SYNC}
  stage: ${SYNC}
syncaccess/syncequivalent: ${SYNC}
  access: ${SYNC}
sync/syncpipeline: ${SYNC}
  name: ${SYNC}
  depends: ${SYNC}
syncpipeline/syncpipelinestage: ${SYNC}
  order: ${SYNC}
  before: ${SYNC}
  after: ${SYNC}

registry/videocodecs: ${VIDEO}
videocodecs/videocodec: ${VIDEO}
  name: ${VIDEO}
  extend: ${VIDEO}
  value: ${VIDEO}
videocodec/videoprofiles: ${VIDEO}
  struct: ${VIDEO}
videoprofiles/videoprofilemember: ${VIDEO}
  name: ${VIDEO}
videoprofilemember/videoprofile: ${VIDEO}
  name: ${VIDEO}
  value: ${VIDEO}
videocodec/videocapabilities: ${VIDEO}
  struct: ${VIDEO}
videocodec/videoformat: ${VIDEO}
  name: ${VIDEO}
  extend: ${VIDEO}
  usage: ${VIDEO}
videoformat/videoformatproperties: ${VIDEO}
  struct: ${VIDEO}
videoformat/videorequirecapabilities: ${VIDEO}
  struct: ${VIDEO}
  member: ${VIDEO}
  value: ${VIDEO}
`);

/** `element: what becomes of it`, and its attributes in the same way, indented. */
function table(text: string): Record<string, Meaning> {
  const meanings: Record<string, { becomes: string; attributes: Record<string, string> }> = {};
  let key = '';
  for (const line of text.split('\n')) {
    const match = /^( {2})?([\w/]+): (.+)$/.exec(line);
    if (match === null) continue;
    const [, indent, name, becomes] = match;
    if (indent === undefined) {
      key = name;
      meanings[key] = { becomes, attributes: {} };
    } else meanings[key].attributes[name] = becomes;
  }
  return meanings;
}
