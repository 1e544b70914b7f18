/**
 * Attention's operands as loops over squares read them: `[batch, kv, group, length, width]` of queries,
 * `[batch, kv, length, width]` of keys, with zeros up to the last block's end. What fills it comes after
 * all that is real, so that no real query sees it.
 */
import type { Shape, TensorType } from "../../../graph/index.ts";
import type { AttentionAttributes } from "../../../ops/index.ts";
import { sliceAt } from "../loop.ts";
import type { LowerOptions } from "../lowering.ts";
import { padded, sliced } from "../shapes.ts";
import { typeOf } from "../types.ts";
import type { Term, Writer } from "../writer.ts";
import { type Blocks, cut } from "./blocks.ts";

export class Attention {
  readonly attributes: AttentionAttributes;
  readonly options: LowerOptions;
  readonly blocks: Blocks;
  readonly #query: Shape;
  readonly #kv: number;

  constructor(
    query: TensorType,
    key: TensorType,
    attributes: AttentionAttributes,
    options: LowerOptions,
  ) {
    this.attributes = attributes;
    this.options = options;
    this.blocks = cut(query.shape, attributes.window, options);
    this.#query = query.shape;
    this.#kv = key.shape[1]!;
  }

  /** `[batch, kv, group, queries, width]`, of all queries unless told how many. */
  groupedShape(width: number, queries = this.blocks.length): Shape {
    const [batch, heads] = this.#query as [number, number];
    return [batch, this.#kv, heads / this.#kv, queries, width];
  }

  /** `[batch, kv, rows, width]`: the queries of a block, those of a group one after the other. */
  rowsShape(width: number): Shape {
    const [batch, kv, group, queries] = this.groupedShape(width, this.blocks.size);
    return [batch!, kv!, group! * queries!, width];
  }

  /** @param x `[batch, heads, sequence]` or `[batch, heads, sequence, width]`. */
  grouped(writer: Writer, x: Term): Term {
    const sequenceLength = this.#query[2]!;
    const width = x.type.shape[3] ?? 1;
    return this.#filled(writer, writer.reshape(x, this.groupedShape(width, sequenceLength)), 3);
  }

  /** Keys, or values. */
  ofKeys(writer: Writer, x: Term): Term {
    return this.#filled(writer, x, 2);
  }

  ofSegments(writer: Writer, x: Term): Term {
    return this.#filled(writer, x, 1);
  }

  #filled(writer: Writer, x: Term, axis: number): Term {
    const missing = this.blocks.length - x.type.shape[axis]!;
    return missing === 0 ? x : padded(writer, x, axis, 0, missing);
  }

  /** Undoes {@link grouped} and {@link ofKeys}. */
  shaped(writer: Writer, x: Term, shape: Shape): Term {
    const axis = x.type.shape.length - 2;
    const real = this.#query[2]!;
    const whole = real === this.blocks.length ? x : sliced(writer, x, axis, 0, real);
    return writer.reshape(whole, shape);
  }

  /** Those of the block of queries that begins there. */
  rowsAt(writer: Writer, x: Term, start: Term): Term {
    const block = sliceAt(writer, x, 3, start, this.blocks.size);
    return writer.reshape(block, this.rowsShape(x.type.shape[4]!));
  }

  /** Zeros, or another number, for what is summed over squares. */
  filledWith(writer: Writer, value: number, shape: Shape): Term {
    return writer.splat(value, typeOf("float32", shape));
  }
}
