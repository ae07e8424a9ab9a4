// The files through which a driver on Linux reaches a GPU, and whether this user may open them.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';

const GPUS = /^(renderD\d+|nvidia\d+|nvidiactl|kfd|dxg|mali\d*)$/;

/** One line: each file, or that there is none. */
export function deviceNodes(): string {
  const nodes = ['/dev', '/dev/dri'].flatMap(folder =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter(name => GPUS.test(name))
          .map(name => `${folder}/${name}`)
      : [],
  );
  if (nodes.length === 0)
    return 'none, so only drivers that compute on the CPU can work here (a container needs the GPU passed in)';
  return nodes
    .map(node => (isOpen(node) ? node : `${node} (no permission: often the groups render and video have it)`))
    .join(', ');
}

function isOpen(node: string): boolean {
  try {
    accessSync(node, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
