/**
 * A cluster as a loop over blocks of rows: ONNX's `Scan`, whose body sees a block of each tensor and
 * writes a block of each result. The blocks are views, so the loop copies nothing.
 */
import {
  type Graph,
  GraphCopier,
  isConstant,
  type Node,
  type Shape,
  sizeOf,
  type Value,
} from "../../../graph/index.ts";
import { matmul, reshape, sum } from "../../../ops/index.ts";
import type { Cluster } from "./clusters.ts";
import {
  columnBehind,
  type RowRole,
  type RowSpace,
  type RowTotal,
  roleIn,
  rowTotalOf,
} from "./row-space.ts";

export interface RowLoop {
  /** Of its last operation. */
  readonly scope: string;
  /** Over one block of rows. */
  readonly body: Graph;
  readonly blocks: number;
  /** What the loop goes along, and what it makes: cut into blocks, in the body's order. */
  readonly inputs: readonly Sliced[];
  readonly outputs: readonly Sliced[];
  /** Those of the outputs that are sums over all rows: the loop makes one row for each block. */
  readonly totals: ReadonlySet<Value>;
  /** Other shapes under which results, or what went in, are used outside. */
  readonly views: readonly View[];
  /** What every block sees whole: the body's further inputs. */
  readonly captured: readonly Captured[];
}

export interface Sliced {
  readonly value: Value;
  /** Of the tensor as the loop sees it: `[blocks, rows, width]`; `[blocks, 1, width]` of a sum's parts. */
  readonly shape: Shape;
  /** Name within the body. */
  readonly name: string;
}

export interface View {
  readonly value: Value;
  readonly of: Value;
}

export interface Captured {
  readonly value: Value;
  readonly shape: Shape;
  readonly name: string;
}

/** @returns null when the rows cannot be cut into equal blocks of about that many elements. */
export function rowLoop(
  { nodes, space }: Cluster,
  blockElements: number,
  isUsedOutside: (value: Value) => boolean,
): RowLoop | null {
  const rows = rowsPerBlock(space, blockElements);
  if (rows === null) return null;
  const body = new LoopBody(space, rows);
  for (const node of nodes) body.add(node);
  const used = nodes.flatMap((node) => node.outputs).filter(isUsedOutside);
  const members = new Set(nodes);
  const sourceOf = (value: Value): Value =>
    members.has(value.node) && value.node.operation.name === "reshape"
      ? sourceOf(value.node.inputs[0]!)
      : value;
  const made = new Set(used.map(sourceOf).filter((value) => members.has(value.node)));
  const views = used.flatMap((value) => {
    const of = sourceOf(value);
    return of === value ? [] : [{ value, of }];
  });
  return { ...body.finish([...made], views), scope: nodes.at(-1)!.scope };
}

/** The largest divisor of the number of rows that stays within the limit. */
function rowsPerBlock({ rows, width }: RowSpace, elements: number): number | null {
  const most = Math.max(1, Math.floor(elements / width));
  if (most >= rows) return null;
  for (let count = most; 4 * count > most; count--) if (rows % count === 0) return count;
  return null;
}

class LoopBody {
  readonly #space: RowSpace;
  readonly #rows: number;
  readonly #copier = new GraphCopier();
  /** Vectors by which rows are multiplied; the same tensor may also be a column of the rows. */
  readonly #vectors = new GraphCopier(this.#copier.target);
  readonly #totals = new Set<Value>();
  readonly #inputs: Sliced[] = [];
  readonly #captured: Captured[] = [];

  constructor(space: RowSpace, rows: number) {
    this.#space = space;
    this.#rows = rows;
  }

  add(node: Node): void {
    const total = rowTotalOf(node);
    if (total !== null) {
      this.#copier.replace(node, () => [this.#partOf(total, node)]);
      this.#totals.add(node.outputs[0]!);
      return;
    }
    const isProduct = node.operation.name === "matmul";
    const inputs = node.inputs.map((input, i) =>
      isProduct && i === 1 ? this.#vector(input) : this.#image(input),
    );
    this.#copier.replace(node, () => this.#compute(node, inputs));
  }

  finish(made: readonly Value[], views: readonly View[]): Omit<RowLoop, "scope"> {
    const { target } = this.#copier;
    const outputs = made.map((value, i): Sliced => {
      const name = `out${i}`;
      target.output(name, this.#copier.image(value));
      return { value, name, shape: this.#slicedShape(value) };
    });
    return {
      body: target,
      blocks: this.#space.rows / this.#rows,
      inputs: this.#inputs,
      outputs,
      totals: this.#totals,
      views,
      captured: this.#captured,
    };
  }

  /** In two dimensions a view is the tensor itself, and the last axis is the second. */
  #compute(node: Node, inputs: readonly Value[]): readonly Value[] {
    const { name } = node.operation;
    if (name === "reshape") return inputs;
    const isReduction = name === "sum" || name === "max";
    return this.#copier.add(node, inputs, {
      ...node.attributes,
      ...(isReduction ? { axes: [1] } : {}),
    });
  }

  /** What the block's rows add to a sum: `[1, width]`. */
  #partOf({ rows, weights }: RowTotal, { attributes }: Node): Value {
    const block = this.#image(rows);
    if (weights === null) return sum(block, [0], true);
    const column = this.#image(columnBehind(this.#space, weights)!);
    return matmul(reshape(column, [1, this.#rows]), block, { scale: attributes.scale as number });
  }

  #image(value: Value): Value {
    if (this.#copier.has(value)) return this.#copier.image(value);
    return this.#enter(value, roleIn(this.#space, value)!);
  }

  #vector(value: Value): Value {
    if (this.#vectors.has(value)) return this.#vectors.image(value);
    return this.#capture(this.#vectors, value, value.shape);
  }

  #enter(value: Value, role: RowRole): Value {
    if (role === "scalar") return this.#capture(this.#copier, value, []);
    if (role === "row") return this.#capture(this.#copier, value, [this.#space.width]);
    const shape = this.#slicedShape(value);
    const name = `in${this.#inputs.length}`;
    this.#inputs.push({ value, name, shape });
    return this.#copier.input(value, name, shape.slice(1));
  }

  #capture(copier: GraphCopier, value: Value, shape: Shape): Value {
    if (isConstant(value.node)) return copier.constant(value, shape);
    const name = `captured${this.#captured.length}`;
    this.#captured.push({ value, name, shape });
    return copier.input(value, name, shape);
  }

  #slicedShape(value: Value): Shape {
    const blocks = this.#space.rows / this.#rows;
    if (this.#totals.has(value)) return [blocks, 1, this.#space.width];
    return [blocks, this.#rows, sizeOf(value.shape) / this.#space.rows];
  }
}
