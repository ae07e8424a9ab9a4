// Computes a value once, or once for each key, and caches it.

interface Cache<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, value: V): unknown;
}

/** @param cache a WeakMap if the keys are objects that may be collected */
export function memoize<V, K = void>(compute: (key: K) => V, cache: Cache<K, V> = new Map()): (key: K) => V {
  return key => {
    let value = cache.get(key);
    if (value === undefined && !cache.has(key)) {
      value = compute(key);
      cache.set(key, value);
    }
    return value as V;
  };
}
