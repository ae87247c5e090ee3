/** A hold on something that others may hold as well. */
export interface Lease<T> {
  readonly value: T;
  /** Lets go of it; the last one forgets it. A second call does nothing. */
  release(): void;
}

/** Things by what must separate two users of them. */
export interface Leases<T> {
  /**
   * Takes a hold on what a key stands for, which the first one makes.
   *
   * @param key - undefined: something that is nobody else's
   */
  take(key: string | undefined, create: () => T): Lease<T>;
  /** Things that somebody holds. */
  readonly size: number;
}

/** Shares things by reference count. */
export function createLeases<T>(): Leases<T> {
  const entries = new Map<string, { readonly value: T; users: number }>();
  return {
    get size() {
      return entries.size;
    },
    take(key, create) {
      if (key === undefined) return { value: create(), release: () => undefined };
      const entry = entries.get(key) ?? { value: create(), users: 0 };
      entries.set(key, entry);
      entry.users += 1;
      let isHeld = true;
      return {
        value: entry.value,
        release() {
          if (!isHeld) return;
          isHeld = false;
          entry.users -= 1;
          if (entry.users === 0) entries.delete(key);
        },
      };
    },
  };
}
