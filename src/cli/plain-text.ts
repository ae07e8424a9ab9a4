// Text for terminals and files that take only ASCII.

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

/** The text in ASCII; a letter without a replacement, such as one in a device's name, becomes `?`. */
export const plainText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of colours stay
  text.replaceAll(/[^\x00-\x7f]/gu, letter => PLAIN[letter] ?? '?');

/** Whether the locale is UTF-8, by the first of POSIX' three variables that is set; on Windows it always is. */
export function takesUnicode(env: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean {
  if (platform === 'win32') return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** JSON in ASCII, which loses nothing: other letters become escapes. */
export const plainJson = (json: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  json.replaceAll(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
