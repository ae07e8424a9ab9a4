// Lets methods be compiled at their first use instead of the 17th, so that tests call the compiled ones.
import { threshold } from '../src/marshal/tier-up.ts';

threshold.uses = 0;
