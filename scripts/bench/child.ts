// Measures one subject in a process of its own, so that what V8 has learnt from one subject cannot slow the next.
import type { Context } from './row.ts';
import { subjects } from './subjects.ts';

const [name, context] = process.argv.slice(2);
try {
  const subject = subjects.find(s => s.name === name);
  if (subject === undefined) throw new Error(`no subject is named ${name}`);
  const rows = await subject.run(JSON.parse(context) as Context);
  process.send!({ rows }, () => process.exit(0));
} catch (error) {
  process.send!({ failed: String((error as Error)?.stack ?? error) }, () => process.exit(1));
}
