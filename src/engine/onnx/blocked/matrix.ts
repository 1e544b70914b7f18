/** A matrix on its way through the rewriting: in whichever layouts someone has asked for. */
import { type Shape, sameShape, sizeOf, type Value } from "../../graph/index.ts";
import { reshape } from "../../ops/index.ts";
import { fromBlocks, toBlocks } from "./operations.ts";

/** A product whose bias may yet become part of it. */
export interface FreshProduct {
  readonly a: Value;
  readonly b: Value;
}

export class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #plain = new Map<string, Value>();
  #blocks: Value | null = null;
  #transposed: Value | null = null;
  /** Whether it was made as rows: then blocks cost a pass over it. */
  readonly isPlain: boolean;
  readonly product: FreshProduct | null;

  private constructor(
    rows: number,
    columns: number,
    isPlain: boolean,
    product: FreshProduct | null,
  ) {
    this.rows = rows;
    this.columns = columns;
    this.isPlain = isPlain;
    this.product = product;
  }

  /** @param value `[..., columns]`, row by row. */
  static ofRows(value: Value): Matrix {
    const columns = value.shape[value.shape.length - 1] ?? 1;
    const matrix = new Matrix(sizeOf(value.shape) / columns, columns, true, null);
    matrix.#plain.set(keyOf(value.shape), value);
    return matrix;
  }

  /** @param transposed whether the blocks are the matrix's transpose. */
  static ofBlocks(
    blocks: Value,
    rows: number,
    columns: number,
    transposed = false,
    product: FreshProduct | null = null,
  ): Matrix {
    const matrix = new Matrix(rows, columns, false, product);
    if (transposed) matrix.#transposed = blocks;
    else matrix.#blocks = blocks;
    return matrix;
  }

  /** Whether blocks, or those of the transpose, are there already. */
  has(transposed: boolean): boolean {
    return (transposed ? this.#transposed : this.#blocks) !== null;
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

  blocks(transposed: boolean): Value {
    const made =
      (transposed ? this.#transposed : this.#blocks) ?? toBlocks(this.plain(), transposed);
    if (transposed) this.#transposed = made;
    else this.#blocks = made;
    return made;
  }

  #unblocked(): Value {
    const rows =
      this.#blocks !== null ? fromBlocks(this.#blocks, false) : fromBlocks(this.#transposed!, true);
    this.#plain.set(keyOf(rows.shape), rows);
    return rows;
  }
}

const keyOf = (shape: Shape): string => shape.join();
