// A worker that creates a payload and says which id it has.
import { parentPort } from 'node:worker_threads';
import { heapMapping, mappingSize, PAYLOAD_KIND, Payload } from '../../src/embedded/sharing/payload.ts';

const facts = { kind: PAYLOAD_KIND.memory, handleType: 1, size: 64, memoryType: 0, adapter: 0 };
parentPort!.postMessage(Payload.create(heapMapping(mappingSize(64)), facts).id);
