// The COM interfaces in use, as Windows' headers declare them: ids, and methods with vtable index and argument types.

export interface Interface {
  readonly name: string;
  readonly iid: string;
  /** By name: index in the vtable, and the C types of the arguments after `this`. */
  readonly methods: Readonly<Record<string, readonly [index: number, ...args: string[]]>>;
}

const declare = <M extends Interface['methods']>(name: string, iid: string, methods: M) => ({
  name,
  iid,
  methods,
});

// Small integers are passed as 64-bit words: on Windows x64 each has a register or stack slot of its own.
const uint64 = 'uint64_t';
const object = 'uint64_t';
const pointer = 'void *';
const text = 'str16';

export const IDXGIFactory1 = declare('IDXGIFactory1', '770aae78-f26f-4dba-a829-253c83d1b387', {
  EnumAdapters1: [12, uint64, pointer],
} as const);

export const IDXGIAdapter = declare('IDXGIAdapter', '2411e7e1-12ac-4ccf-bd14-9798e8534dc0', {
  GetDesc: [8, pointer],
} as const);

export const IDXGIDevice = declare('IDXGIDevice', '54ec77fa-1377-44e6-8c32-88fd5f44c84c', {
  GetAdapter: [7, pointer],
} as const);

export const IDXGIResource = declare('IDXGIResource', '035f3ab4-482e-4e50-b41f-8a7f8bd8960b', {
  GetSharedHandle: [8, pointer],
} as const);

export const IDXGIResource1 = declare('IDXGIResource1', '30961379-4609-4a41-998e-54fe567ee0c1', {
  CreateSharedHandle: [13, pointer, uint64, text, pointer],
} as const);

export const IDXGIKeyedMutex = declare('IDXGIKeyedMutex', '9d8e1289-d7b3-465f-8126-250e349af85d', {
  AcquireSync: [8, uint64, uint64],
  ReleaseSync: [9, uint64],
} as const);

export const ID3D11Device = declare('ID3D11Device', 'db6f6ddb-ac77-4e88-8253-819df9bbf140', {
  CreateTexture2D: [5, pointer, pointer, pointer],
  CreateQuery: [24, pointer, pointer],
} as const);

export const ID3D11DeviceContext = declare('ID3D11DeviceContext', 'c0bfa96c-e089-44fb-8eaf-26f8796190da', {
  Map: [14, object, uint64, uint64, uint64, pointer],
  Unmap: [15, object, uint64],
  End: [28, object],
  GetData: [29, object, pointer, uint64, uint64],
  CopyResource: [47, object, object],
  UpdateSubresource: [48, object, uint64, pointer, pointer, uint64, uint64],
  Flush: [111],
} as const);

export const ID3D11Texture2D = declare(
  'ID3D11Texture2D',
  '6f15aaf2-d208-4e89-9ab4-489535d34f9c',
  {} as const,
);

export const ID3D11Query = declare('ID3D11Query', 'd6c00747-87b7-425e-b84d-44d108560afd', {} as const);

export const ID3D12Device = declare('ID3D12Device', '189819f1-1db6-4b57-be54-1821339b85f7', {
  CreateCommittedResource: [27, pointer, uint64, pointer, uint64, pointer, pointer, pointer],
  CreateHeap: [28, pointer, pointer, pointer],
  CreateSharedHandle: [31, object, pointer, uint64, text, pointer],
  CreateFence: [36, uint64, uint64, pointer, pointer],
  GetAdapterLuid: [43, pointer],
} as const);

export const ID3D12Resource = declare('ID3D12Resource', '696442be-a72e-4059-bc79-5b5c98040fad', {} as const);

export const ID3D12Heap = declare('ID3D12Heap', '6b3b2502-6e51-45b3-90ee-9884265e8df3', {} as const);

export const ID3D12Fence = declare('ID3D12Fence', '0a753dcf-c4d8-4b91-adf6-be5a60d95a76', {} as const);
