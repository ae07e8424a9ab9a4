// A fact of an object that never changes, asked once and kept as long as the object.

/** Makes a function that asks for each object once. */
export function kept<K extends object, V>(ask: (object: K) => V): (object: K) => V {
  const answers = new WeakMap<K, { readonly answer: V }>();
  return object => {
    let known = answers.get(object);
    if (known === undefined) {
      known = { answer: ask(object) };
      answers.set(object, known);
    }
    return known.answer;
  };
}
