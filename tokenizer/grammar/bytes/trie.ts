/** The tokens of a vocabulary as a tree of symbols, so that a grammar is tried on all at once. */
export class TokenTrie {
  /** Children of node `n` are `first[n]` to `first[n + 1] - 1` of the two lists below. */
  readonly first: Int32Array;
  readonly column: Int16Array;
  readonly child: Int32Array;
  /** The tokens that end in each node; the root is node 0. */
  readonly tokens: readonly (readonly number[])[];

  /** @param columns by token, its columns in the grammar's tables; undefined for one that has none. */
  constructor(columns: readonly (ArrayLike<number> | undefined)[]) {
    const children: Map<number, number>[] = [new Map()];
    const tokens: number[][] = [[]];
    columns.forEach((path, id) => {
      if (path === undefined) return;
      let node = 0;
      for (let i = 0; i < path.length; i++) {
        let next = children[node]!.get(path[i]!);
        if (next === undefined) {
          next = children.push(new Map()) - 1;
          tokens.push([]);
          children[node]!.set(path[i]!, next);
        }
        node = next;
      }
      tokens[node]!.push(id);
    });
    this.tokens = tokens;
    this.first = new Int32Array(children.length + 1);
    this.column = new Int16Array(children.length - 1);
    this.child = new Int32Array(children.length - 1);
    let at = 0;
    children.forEach((map, node) => {
      for (const [column, child] of map) {
        this.column[at] = column;
        this.child[at++] = child;
      }
      this.first[node + 1] = at;
    });
  }

  /** The child along a column; -1 when no token goes on so. */
  childOf(node: number, column: number): number {
    for (let i = this.first[node]!; i < this.first[node + 1]!; i++) {
      if (this.column[i] === column) return this.child[i]!;
    }
    return -1;
  }
}
