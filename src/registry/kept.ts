// What is asked once for each key, and answered from memory from then on.

interface Answers<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, value: V): unknown;
}

/** @param answers a WeakMap where the keys are objects that may go */
export function kept<K, V>(ask: (key: K) => V, answers: Answers<K, V> = new Map()): (key: K) => V {
  return key => {
    let known = answers.get(key);
    if (known === undefined && !answers.has(key)) {
      known = ask(key);
      answers.set(key, known);
    }
    return known as V;
  };
}
