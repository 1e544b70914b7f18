/** A matrix on its way through the rewriting: in whichever layouts someone has asked for. */
import { type Shape, sameShape, sizeOf, type Value } from "../../../graph/index.ts";
import { reshape } from "../../../ops/index.ts";
import { fromBlocks, toBlocks } from "./operations.ts";

/** The operands of a product, in blocks. */
export interface BlockedOperands {
  readonly a: Value;
  readonly b: Value;
}

export interface BlocksMade {
  readonly rows: number;
  readonly columns: number;
  /** Whether the blocks are the matrix's transpose. */
  readonly transposed?: boolean;
  /** Of the product that the blocks are, if its bias may yet become part of it. */
  readonly product?: BlockedOperands | null;
}

export class Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Whether it was made row by row: then blocks cost a pass over it. */
  readonly isPlain: boolean;
  readonly product: BlockedOperands | null;
  /** By shape. */
  readonly #plain = new Map<string, Value>();
  /** By orientation and recomputation. */
  readonly #blocks = new Map<string, Value>();
  readonly #made: { readonly blocks: Value; readonly transposed: boolean } | null;
  readonly #convert: () => Value;

  private constructor(
    { rows, columns, product = null }: BlocksMade,
    made: { readonly blocks: Value; readonly transposed: boolean } | null,
    convert: (() => Value) | null,
  ) {
    this.rows = rows;
    this.columns = columns;
    this.isPlain = made === null;
    this.product = product;
    this.#made = made;
    this.#convert = convert ?? (() => toBlocks(this.plain(), false));
  }

  /**
   * @param value `[..., columns]`, row by row.
   * @param convert makes the blocks where there is a shorter way than from the rows.
   */
  static ofRows(value: Value, convert: (() => Value) | null = null): Matrix {
    const columns = value.shape[value.shape.length - 1] ?? 1;
    const matrix = new Matrix({ rows: sizeOf(value.shape) / columns, columns }, null, convert);
    matrix.#plain.set(keyOf(value.shape), value);
    return matrix;
  }

  static ofBlocks(blocks: Value, made: BlocksMade): Matrix {
    return new Matrix(made, { blocks, transposed: made.transposed ?? false }, null);
  }

  /** Whether it was made in blocks, and not transposed: then operations on rows of blocks may follow. */
  get isBlocked(): boolean {
    return this.#made?.transposed === false;
  }

  /** Whether blocks, or those of the transpose, are there already. */
  has(transposed: boolean, recomputation: string): boolean {
    return (
      this.#made?.transposed === transposed || this.#blocks.has(`${transposed} ${recomputation}`)
    );
  }

  /** Row by row. @param shape `[..., columns]` with as many elements. */
  plain(shape: Shape = [this.rows, this.columns]): Value {
    const known = this.#plain.get(keyOf(shape));
    if (known !== undefined) return known;
    const rows = this.#plain.values().next().value ?? this.#unblocked();
    const value = sameShape(rows.shape, shape) ? rows : reshape(rows, shape);
    this.#plain.set(keyOf(shape), value);
    return value;
  }

  /**
   * Its blocks, `[1, columns, lines, rows / lines]`, or those of its transpose.
   * @param recomputation the segment that is computed again: what it converts is not shared with the
   * first computation: it would be held until then.
   */
  blocks(transposed: boolean, recomputation: string): Value {
    if (this.#made?.transposed === transposed) return this.#made.blocks;
    const key = `${transposed} ${recomputation}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) return known;
    const blocks = transposed ? toBlocks(this.plain(), true) : this.#convert();
    this.#blocks.set(key, blocks);
    return blocks;
  }

  #unblocked(): Value {
    const { blocks, transposed } = this.#made!;
    const rows = fromBlocks(blocks, transposed);
    this.#plain.set(keyOf(rows.shape), rows);
    return rows;
  }
}

const keyOf = (shape: Shape): string => shape.join();
