/** Groups of numbers that are joined pair by pair (union-find, by size, with halved paths). */
export class Groups {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(length: number) {
    this.#parent = Int32Array.from({ length }, (_, index) => index);
    this.#size = new Int32Array(length).fill(1);
  }

  join(a: number, b: number): void {
    const [rootA, rootB] = [this.#root(a), this.#root(b)];
    if (rootA === rootB) return;
    const [large, small] =
      this.#size[rootA]! >= this.#size[rootB]! ? [rootA, rootB] : [rootB, rootA];
    this.#parent[small] = large;
    this.#size[large]! += this.#size[small]!;
  }

  /** Joins those that share a key. @param keys of each number; an empty key joins nothing. */
  joinEqual(keys: readonly (readonly string[])[]): void {
    const holder = new Map<string, number>();
    for (const [index, own] of keys.entries()) {
      for (const key of own) {
        if (key === "") continue;
        const first = holder.get(key);
        if (first === undefined) holder.set(key, index);
        else this.join(first, index);
      }
    }
  }

  /** Every group, each in rising order; groups by their first member. */
  lists(): number[][] {
    const lists = new Map<number, number[]>();
    for (let index = 0; index < this.#parent.length; index++) {
      const root = this.#root(index);
      const list = lists.get(root);
      if (list) list.push(index);
      else lists.set(root, [index]);
    }
    return [...lists.values()];
  }

  #root(index: number): number {
    let at = index;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]!]!;
      at = this.#parent[at]!;
    }
    return at;
  }
}
