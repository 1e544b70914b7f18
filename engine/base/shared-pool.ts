/** Equal things are one: made for the first that asks, and released after its last user. */
interface Releasable {
  release(): void;
}

interface Entry<T> {
  readonly value: T;
  users: number;
}

export interface Shared<T> {
  readonly value: T;
  /** Releases the value after its last user's call; throws what that throws. */
  release(): void;
}

export class SharedPool<T extends Releasable> {
  readonly #entries = new Map<string, Entry<T>>();

  /** What stands under the key, made when no one has it; throws what making it throws. */
  share(key: string, make: () => T): Shared<T> {
    const entry = this.#entries.get(key) ?? { value: make(), users: 0 };
    entry.users++;
    this.#entries.set(key, entry);
    const release = () => {
      entry.users--;
      if (entry.users > 0) return;
      this.#entries.delete(key);
      entry.value.release();
    };
    return { value: entry.value, release };
  }
}
