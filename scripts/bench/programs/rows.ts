// Loads all rows in ffi/, and nothing else, to measure what that costs.
export * as baseTypes from '../../../ffi/rows/basetypes.ts';
export * as bitmasks from '../../../ffi/rows/bitmasks.ts';
export * as callbacks from '../../../ffi/rows/callbacks.ts';
export * as commands from '../../../ffi/rows/commands.ts';
export * as constants from '../../../ffi/rows/constants.ts';
export * as enums from '../../../ffi/rows/enums.ts';
export * as extensions from '../../../ffi/rows/extensions.ts';
export * as flags from '../../../ffi/rows/flags.ts';
export * as handles from '../../../ffi/rows/handles.ts';
export * as names from '../../../ffi/rows/names.ts';
export * as owners from '../../../ffi/rows/owners.ts';
export * as structs from '../../../ffi/rows/structs.ts';
