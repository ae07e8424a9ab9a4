// Counts the references to COM objects that the process holds, to find those that were not released.
import { ComObject } from '../../src/d3d/com.ts';

const held = new Set<object>();

export const comReferences = {
  get held(): number {
    return held.size;
  },
};

const { from } = ComObject;
ComObject.from = (type, out) => {
  const object = from(type, out);
  held.add(object);
  return object;
};

const release = ComObject.prototype[Symbol.dispose];
ComObject.prototype[Symbol.dispose] = function (this: ComObject) {
  release.call(this);
  held.delete(this);
};
