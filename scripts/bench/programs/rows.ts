// In: nothing.
// Out: all rows in ffi/, and nothing else: what is loaded to see what they cost.
export * as baseTypes from '../../../ffi/basetypes.ts';
export * as bitmasks from '../../../ffi/bitmasks.ts';
export * as callbacks from '../../../ffi/callbacks.ts';
export * as commands from '../../../ffi/commands.ts';
export * as constants from '../../../ffi/constants.ts';
export * as enums from '../../../ffi/enums.ts';
export * as extensions from '../../../ffi/extensions.ts';
export * as flags from '../../../ffi/flags.ts';
export * as handles from '../../../ffi/handles.ts';
export * as names from '../../../ffi/names.ts';
export * as owners from '../../../ffi/owners.ts';
export * as structs from '../../../ffi/structs.ts';
