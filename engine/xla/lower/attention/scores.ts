/** The scores of a square of queries and keys: scaled, capped, lowered by distance, masked. */
import type { Shape } from "../../../graph/index.ts";
import { denseText } from "../constants.ts";
import { sliceAt } from "../loop.ts";
import { product } from "../matmul.ts";
import { typeOf } from "../types.ts";
import type { Term, Writer } from "../writer.ts";
import type { Attention } from "./attention.ts";

/** Where a square lies, and what is read there. */
export interface Square {
  readonly queriesFrom: Term;
  readonly keysFrom: Term;
  /** `[batch, kv, rows, width]`. */
  readonly rows: Term;
  /** `[batch, kv, keys, width]`. */
  readonly keys: Term;
  /** Of all positions: `[batch, length]`. */
  readonly segments: Term | null;
}

export interface Scores {
  /** `[batch, kv, group, queries, keys]`; minus infinity where the key is out of sight. */
  readonly scores: Term;
  /** `[batch, kv, rows, keys]`: what the cap is put on by; null without one. */
  readonly tanh: Term | null;
}

export function scoresOf(writer: Writer, attention: Attention, square: Square): Scores {
  const { attributes, blocks, options } = attention;
  const { scale, softcap } = attributes;
  const type = typeOf("float32", attention.rowsShape(blocks.size));
  const factors = [square.rows, square.keys];
  const shape = { transposeA: false, transposeB: true };
  const scaled = softcap === 0 ? scale : scale / softcap;
  const raw = product(writer, factors, type, { ...shape, scale: scaled }, options);
  const tanh = softcap === 0 ? null : writer.add("tanh", [raw], type);
  const capped =
    tanh === null ? raw : writer.add("multiply", [tanh, writer.splat(softcap, type)], type);
  const grouped = writer.reshape(capped, attention.groupedShape(blocks.size, blocks.size));
  const distanced = lowered(writer, attention, square, grouped);
  const visible = writer.broadcast(inSight(writer, attention, square), grouped.type.shape);
  const hidden = writer.splat(Number.NEGATIVE_INFINITY, grouped.type);
  return { scores: writer.select(visible, distanced, hidden), tanh };
}

/** Positions of the block that begins there, along one of two axes. */
function positions(writer: Writer, start: Term, shape: Shape, axis: number): Term {
  const counted = writer.iota(shape, axis);
  return writer.add("add", [counted, writer.broadcast(start, shape)], counted.type);
}

/** By the slopes' share of how far the key is behind the query. */
function lowered(
  writer: Writer,
  { attributes: { slopes }, blocks }: Attention,
  { queriesFrom, keysFrom }: Square,
  scores: Term,
): Term {
  if (slopes.length === 0) return scores;
  const flat = [blocks.size, blocks.size];
  const keys = positions(writer, keysFrom, flat, 1);
  const queries = positions(writer, queriesFrom, flat, 0);
  const apart = writer.add("subtract", [keys, queries], keys.type);
  const { shape } = scores.type;
  const type = typeOf("float32", [shape[1]!, shape[2]!, 1, 1]);
  const ofHeads = writer.constant(denseText(Float32Array.from(slopes), type), type);
  const factors = [writer.convert(apart, "float32"), ofHeads];
  const distances = factors.map((each) => writer.broadcast(each, shape));
  return writer.add("add", [scores, writer.add("multiply", distances, scores.type)], scores.type);
}

/** `[queries, keys]`, or `[batch, 1, 1, queries, keys]` with segments. */
function inSight(
  writer: Writer,
  { attributes: { window }, blocks: { size } }: Attention,
  { queriesFrom, keysFrom, segments }: Square,
): Term {
  const flat = [size, size];
  const keys = positions(writer, keysFrom, flat, 1);
  const queries = positions(writer, queriesFrom, flat, 0);
  const past = writer.compare("LE", keys, queries);
  const near = window === 0 ? past : both(writer, past, isNear(writer, keys, queries, window));
  if (segments === null) return near;
  const batch = segments.type.shape[0]!;
  const shape = [batch, 1, 1, size, size];
  const ofBlock = (start: Term, axes: Shape): Term =>
    writer.broadcast(writer.reshape(sliceAt(writer, segments, 1, start, size), axes), shape);
  const ofQueries = ofBlock(queriesFrom, [batch, 1, 1, size, 1]);
  const ofKeys = ofBlock(keysFrom, [batch, 1, 1, 1, size]);
  return both(writer, writer.broadcast(near, shape), writer.compare("EQ", ofQueries, ofKeys));
}

function isNear(writer: Writer, keys: Term, queries: Term, window: number): Term {
  const size = writer.splat(window, queries.type);
  return writer.compare("GT", keys, writer.add("subtract", [queries, size], queries.type));
}

const both = (writer: Writer, a: Term, b: Term): Term => writer.add("and", [a, b], a.type);
