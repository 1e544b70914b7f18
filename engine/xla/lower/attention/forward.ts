/**
 * Attention with a running softmax (Dao et al. 2022, arXiv 2205.14135): each row keeps its largest score
 * so far, the sum of the powers relative to it, and the values weighted by those. No more than a square's
 * scores are in memory, so that it grows with the sequence's length and not with its square.
 */
import type { AttentionAttributes } from "../../../ops/index.ts";
import { numberAt, putAt, repeat, sliceAt } from "../loop.ts";
import type { Site } from "../lowering.ts";
import { product } from "../matmul.ts";
import { reduce } from "../reductions.ts";
import type { Term, Writer } from "../writer.ts";
import { Attention } from "./attention.ts";
import { scoresOf } from "./scores.ts";

/** Lower than any score that is a number, and finite: what is far below it has the power 0. */
const lowest = -3.4028234663852886e38;

/** What a row keeps between squares: `[batch, kv, group, length, width or 1]`. */
interface Running {
  readonly output: Term;
  readonly largest: Term;
  readonly total: Term;
}

/** Outputs and logarithms of the rows' sums; the weights that the expansion has are not made. */
export function attendByBlocks(
  writer: Writer,
  {
    inputs: [query, key, value, segments],
    attributes,
    options,
  }: Pick<Site<AttentionAttributes>, "inputs" | "attributes" | "options">,
): Term[] {
  const attention = new Attention(query!.type, key!.type, attributes, options);
  const { blocks } = attention;
  const width = query!.type.shape[3]!;
  const given = [
    attention.grouped(writer, query!),
    attention.ofKeys(writer, key!),
    attention.ofKeys(writer, value!),
    ...(segments === undefined ? [] : [attention.ofSegments(writer, segments)]),
  ];
  const initial = [
    attention.filledWith(writer, 0, attention.groupedShape(width)),
    attention.filledWith(writer, lowest, attention.groupedShape(1)),
    attention.filledWith(writer, 0, attention.groupedShape(1)),
  ];
  const carried = [...given, ...initial];
  const results = repeat(writer, blocks.queries.length, carried, (body, round, now) => {
    const kept = now.slice(0, given.length);
    const [output, largest, total] = now.slice(given.length) as [Term, Term, Term];
    const next = attendSquare(body, attention, round, kept, { output, largest, total });
    return [...kept, next.output, next.largest, next.total];
  });
  const [output, largest, total] = results.slice(given.length) as [Term, Term, Term];
  const divisor = writer.broadcast(total, output.type.shape);
  const mean = writer.add("divide", [output, divisor], output.type);
  const logarithm = writer.add("log", [total], total.type);
  const logSums = writer.add("add", [largest, logarithm], total.type);
  const { shape } = query!.type;
  return [
    attention.shaped(writer, mean, shape),
    attention.shaped(writer, logSums, shape.slice(0, -1)),
  ];
}

function attendSquare(
  writer: Writer,
  attention: Attention,
  round: Term,
  [queries, allKeys, allValues, segments]: readonly Term[],
  before: Running,
): Running {
  const { blocks, options } = attention;
  const { size } = blocks;
  const queriesFrom = numberAt(writer, blocks.queries, round);
  const keysFrom = numberAt(writer, blocks.keys, round);
  const rows = attention.rowsAt(writer, queries!, queriesFrom);
  const keys = sliceAt(writer, allKeys!, 2, keysFrom, size);
  const values = sliceAt(writer, allValues!, 2, keysFrom, size);
  const square = { queriesFrom, keysFrom, rows, keys, segments: segments ?? null };
  const { scores } = scoresOf(writer, attention, square);
  const [output, largest, total] = [before.output, before.largest, before.total].map((each) =>
    sliceAt(writer, each, 3, queriesFrom, size),
  ) as [Term, Term, Term];
  const ofRows = (operation: "add" | "maximum", x: Term): Term =>
    writer.reshape(reduce(writer, operation, x, [4]), largest.type.shape);
  const combined = (operation: string, a: Term, b: Term): Term =>
    writer.add(operation, [a, writer.broadcast(b, a.type.shape)], a.type);
  const exponential = (x: Term): Term => writer.add("exponential", [x], x.type);

  const next = combined("maximum", largest, ofRows("maximum", scores));
  // What was summed so far was relative to the largest score so far.
  const shrunk = exponential(combined("subtract", largest, next));
  const powers = exponential(combined("subtract", scores, next));
  const flat = writer.reshape(powers, attention.rowsShape(size));
  const plain = { transposeA: false, transposeB: false, scale: 1 };
  const seen = product(writer, [flat, values], rows.type, plain, options);
  const added = (sum: Term, part: Term): Term =>
    combined("add", combined("multiply", sum, shrunk), writer.reshape(part, sum.type.shape));
  const put = (into: Term, x: Term): Term => putAt(writer, into, 3, queriesFrom, x);
  return {
    output: put(before.output, added(output, seen)),
    largest: put(before.largest, next),
    total: put(before.total, added(total, ofRows("add", powers))),
  };
}
