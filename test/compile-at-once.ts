// Methods that are compiled at their first use, which users' are at the 17th: what a test calls is what stays.
import { threshold } from '../src/marshal/tier-up.ts';

threshold.uses = 0;
