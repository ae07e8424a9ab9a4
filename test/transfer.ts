// ArrayBuffer.prototype.transfer, which Node 20 has behind a flag.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Takes a buffer's bytes away from it; gives them in another. */
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
