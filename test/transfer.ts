// Gives tests ArrayBuffer.prototype.transfer, which Node 20 has only with a flag.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Moves a buffer's bytes into another buffer, so that the first has none. */
export function transfer(buffer: ArrayBuffer): ArrayBuffer {
  method ??= find();
  return method.call(buffer);
}

type Transfer = (this: ArrayBuffer) => ArrayBuffer;

let method = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer;

function find(): Transfer {
  setFlagsFromString('--harmony-rab-gsab-transfer');
  return runInNewContext('ArrayBuffer.prototype.transfer') as Transfer;
}
