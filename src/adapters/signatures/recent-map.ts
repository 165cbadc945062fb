/** A map that forgets what was not used for longest. */
export interface RecentMap<Key, Value> {
  /** @returns the value, which thereby counts as used just now. */
  get(key: Key): Value | undefined;
  /** Keeps a value; beyond the bound the one used longest ago goes. */
  set(key: Key, value: Value): void;
}

/** @param entriesMax how many entries are kept at most. */
export function createRecentMap<Key, Value>(entriesMax: number): RecentMap<Key, Value> {
  const entries = new Map<Key, Value>();
  const set = (key: Key, value: Value): void => {
    entries.delete(key);
    entries.set(key, value);
    if (entries.size <= entriesMax) return;
    for (const oldest of entries.keys()) {
      entries.delete(oldest);
      return;
    }
  };
  return {
    get: (key) => {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
  };
}
