// What worker-calls.ts does, in a worker.
import { register } from 'tsx/esm/api';

register();
await import('./worker-calls.ts');
