// Methods that are compiled at their first use, which users' are at the 17th: what a test calls is what stays.
import { canCompile, setHot } from '../src/marshal/compile.ts';

if (canCompile()) setHot(0);
