// The device files through which Linux drivers use a GPU, and whether this user may open them.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';

const GPUS = /^(renderD\d+|nvidia\d+|nvidiactl|kfd|dxg|mali\d*)$/;

/** One line with each file, or saying that there is none. */
export function deviceNodes(): string {
  const nodes = ['/dev', '/dev/dri'].flatMap(folder =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter(name => GPUS.test(name))
          .map(name => `${folder}/${name}`)
      : [],
  );
  if (nodes.length === 0)
    return 'none, so only drivers that run on the CPU can work here (a container needs access to the GPU)';
  return nodes
    .map(node =>
      canOpen(node) ? node : `${node} (no permission: usually the groups render and video have it)`,
    )
    .join(', ');
}

function canOpen(node: string): boolean {
  try {
    accessSync(node, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
