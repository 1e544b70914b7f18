/**
 * The gradient of attention, square by square: with the logarithms of the rows' sums a square's weights
 * are made anew, so that none are kept. Formulas as in `engine/ops/attention-gradient.ts`.
 */
import type { CausalAttentionGradientAttributes } from "../../../ops/index.ts";
import { numberAt, putAt, repeat, sliceAt } from "../loop.ts";
import type { Site } from "../lowering.ts";
import { product } from "../matmul.ts";
import { reduce } from "../reductions.ts";
import { typeOf } from "../types.ts";
import type { Term, Writer } from "../writer.ts";
import { Attention } from "./attention.ts";
import { scoresOf } from "./scores.ts";

interface Gradients {
  readonly query: Term;
  readonly key: Term;
  readonly value: Term;
}

/** What every square reads. */
interface Given {
  readonly queries: Term;
  readonly keys: Term;
  readonly values: Term;
  /** Of the loss by the output. */
  readonly gradient: Term;
  readonly logSums: Term;
  /** Sum over a row of weights times their gradients: that of output times gradient. */
  readonly centres: Term;
  readonly segments: Term | null;
}

export function differentiateByBlocks(
  writer: Writer,
  { inputs, attributes, options }: Site<CausalAttentionGradientAttributes>,
): Term[] {
  const [query, key, value, output, logSums, gradient] = inputs as [Term, Term, Term, ...Term[]];
  const attention = new Attention(query.type, key.type, attributes, options);
  const products = writer.add("multiply", [output!, gradient!], output!.type);
  const given = [
    attention.grouped(writer, query),
    attention.ofKeys(writer, key),
    attention.ofKeys(writer, value),
    attention.grouped(writer, gradient!),
    attention.grouped(writer, logSums!),
    attention.grouped(writer, reduce(writer, "add", products, [3])),
    ...(attributes.hasSegments ? [attention.ofSegments(writer, inputs[6]!)] : []),
  ];
  const zeros = given.slice(0, 3).map(({ type }) => attention.filledWith(writer, 0, type.shape));
  const rounds = attention.blocks.queries.length;
  const results = repeat(writer, rounds, [...given, ...zeros], (body, round, now) => {
    const [queries, keys, values, ofOutput, sums, centres, segments = null] = now.slice(
      0,
      given.length,
    ) as [Term, Term, Term, Term, Term, Term, Term?];
    const all = { queries, keys, values, gradient: ofOutput, logSums: sums, centres, segments };
    const [byQuery, byKey, byValue] = now.slice(given.length) as [Term, Term, Term];
    const before = { query: byQuery, key: byKey, value: byValue };
    const next = addSquare(body, attention, round, all, before);
    return [...now.slice(0, given.length), next.query, next.key, next.value];
  });
  return results
    .slice(given.length)
    .map((each, i) => attention.shaped(writer, each, inputs[i]!.type.shape));
}

function addSquare(
  writer: Writer,
  attention: Attention,
  round: Term,
  given: Given,
  before: Gradients,
): Gradients {
  const { attributes, blocks, options } = attention;
  const { size } = blocks;
  const queriesFrom = numberAt(writer, blocks.queries, round);
  const keysFrom = numberAt(writer, blocks.keys, round);
  const rowsOf = (x: Term): Term => attention.rowsAt(writer, x, queriesFrom);
  const rows = rowsOf(given.queries);
  const ofOutput = rowsOf(given.gradient);
  const keys = sliceAt(writer, given.keys, 2, keysFrom, size);
  const values = sliceAt(writer, given.values, 2, keysFrom, size);
  const { segments } = given;
  const square = { queriesFrom, keysFrom, rows, keys, segments };
  const { scores, tanh } = scoresOf(writer, attention, square);
  const flat = typeOf("float32", attention.rowsShape(size));
  const combined = (operation: string, a: Term, b: Term): Term =>
    writer.add(operation, [a, writer.broadcast(b, a.type.shape)], a.type);
  const multiply = (a: Term, b: Term, transposed: "a" | "b" | null, scale = 1): Term => {
    const width = transposed === "b" ? size : b.type.shape[3]!;
    const shape = [...a.type.shape.slice(0, 2), a.type.shape[transposed === "a" ? 3 : 2]!, width];
    const how = { transposeA: transposed === "a", transposeB: transposed === "b", scale };
    return product(writer, [a, b], typeOf("float32", shape), how, options);
  };

  const lowered = combined("subtract", writer.reshape(scores, flat.shape), rowsOf(given.logSums));
  const weights = writer.add("exponential", [lowered], flat);
  const ofWeights = multiply(ofOutput, values, "b");
  const centred = combined("subtract", ofWeights, rowsOf(given.centres));
  const ofCapped = combined("multiply", weights, centred);
  const ofScores = tanh === null ? ofCapped : beforeCap(writer, ofCapped, tanh);
  const { scale } = attributes;
  const added = (into: Term, axis: number, start: Term, part: Term): Term => {
    const now = sliceAt(writer, into, axis, start, size);
    const sum = writer.add("add", [now, writer.reshape(part, now.type.shape)], now.type);
    return putAt(writer, into, axis, start, sum);
  };
  return {
    query: added(before.query, 3, queriesFrom, multiply(ofScores, keys, null, scale)),
    key: added(before.key, 2, keysFrom, multiply(ofScores, rows, "a", scale)),
    value: added(before.value, 2, keysFrom, multiply(weights, ofOutput, "a")),
  };
}

/** Times the slope of `cap * tanh(x / cap)`. */
function beforeCap(writer: Writer, gradient: Term, tanh: Term): Term {
  const squared = writer.add("multiply", [tanh, tanh], tanh.type);
  const slope = writer.add("subtract", [writer.splat(1, tanh.type), squared], tanh.type);
  return writer.add("multiply", [gradient, slope], gradient.type);
}
