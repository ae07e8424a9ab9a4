// In: the command line of `koffi-vulkan repl`, and what is typed.
// Out: a session, and the exit code.
import { run } from './info/run.ts';
import { main } from './repl/main.ts';

await run(main);
