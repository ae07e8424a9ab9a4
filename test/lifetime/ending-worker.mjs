// What ending-child.ts does in a worker.
import { register } from 'tsx/esm/api';

register();
await import('./ending-child.ts');
