// Text for a terminal or file that takes ASCII alone.

const PLAIN: Readonly<Record<string, string>> = {
  '…': '...',
  '→': '->',
  '×': 'x',
  '–': '-',
  '—': '-',
  '’': "'",
  '═': '=',
  '─': '-',
  '│': '|',
  '█': '#',
  '▶': '>',
  '●': '*',
  '·': '.',
  '✓': '+',
  '✗': 'x',
};

/** ASCII that reads the same; `?` for what has none, such as a letter in a device's name. */
export const plainText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of colours stay
  text.replaceAll(/[^\x00-\x7f]/gu, letter => PLAIN[letter] ?? '?');

/** Whether the locale is of UTF-8: the first of POSIX' three variables that is set says so. Windows always takes it. */
export function takesUnicode(env: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean {
  if (platform === 'win32') return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** JSON loses no letter by it: what is not ASCII has an escape there. */
export const plainJson = (json: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  json.replaceAll(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
