// The ABIs that Vulkan programs are built for, and the C compiler of each.

export interface Abi {
  readonly name: string;
  readonly compiler: string;
  readonly arguments: readonly string[];
  /** The Debian package that brings the compiler. */
  readonly package: string;
  /** Bytes in a C `long`, the only thing in Vulkan's structs that differs between these ABIs. */
  readonly long: 4 | 8;
  /** Whether it is this machine's: then the compiled program is run, else its object file is read. */
  readonly runs: boolean;
}

const clang = (name: string, target: string, long: 4 | 8): Abi => {
  return { name, compiler: 'clang', arguments: [`--target=${target}`], package: 'clang', long, runs: false };
};

const gcc = (name: string, compiler: string, debian: string, long: 4 | 8, runs: boolean): Abi => {
  return { name, compiler, arguments: [], package: debian, long, runs };
};

const onLinux = process.platform === 'linux' && process.arch === 'x64';

export const ABIS: readonly Abi[] = [
  // On another machine `gcc` is another compiler, or clang under that name.
  onLinux ? gcc('x86-64 Linux', 'gcc', 'gcc', 8, true) : clang('x86-64 Linux', 'x86_64-linux-gnu', 8),
  gcc('x86-64 Windows, MinGW', 'x86_64-w64-mingw32-gcc', 'gcc-mingw-w64-x86-64', 4, false),
  clang('x86-64 Windows, MSVC', 'x86_64-pc-windows-msvc', 4),
  clang('ARM64 Windows, MSVC', 'aarch64-pc-windows-msvc', 4),
  clang('ARM64 Linux', 'aarch64-linux-gnu', 8),
  clang('x86-64 macOS', 'x86_64-apple-macos11', 8),
  clang('ARM64 macOS', 'arm64-apple-macos11', 8),
];
