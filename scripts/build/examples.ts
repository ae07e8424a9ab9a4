// Copies the examples into dist/examples/, where users can run them: there they import the package by its name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'scripts/examples';
const SOURCE = /(['"])(?:\.\.\/)+src\/(?:([\w-]+)\/)?index\.ts\1/g;

/**
 * @returns path in dist/ → text
 * @throws Error where an example imports what users cannot
 */
export function examples(root: string): Map<string, string> {
  const names = readdirSync(join(root, FOLDER), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  return new Map(
    names.map(path => {
      const text = readFileSync(path, 'utf8')
        .replace(
          SOURCE,
          (_, quote, entry) => `${quote}koffi-vulkan${entry === undefined ? '' : `/${entry}`}${quote}`,
        )
        .replaceAll(FOLDER, 'node_modules/koffi-vulkan/dist/examples');
      const inner = /from '(\.\.\/)+src\/[^']*'/.exec(text);
      if (inner !== null) throw new Error(`${path}: ${inner[0]}: expected an entry of the package`);
      return [`examples/${path.slice(join(root, FOLDER).length + 1).replaceAll('\\', '/')}`, text];
    }),
  );
}
