/**
 * A language model's head with its loss, part after part of the rows in a loop: as many copies of it as
 * there are parts, dozens of a large vocabulary, took the compiler minutes.
 */
import { Graph, type Node, type Shape } from "../../graph/index.ts";
import { type LinearCrossEntropyOptions, linearCrossEntropy } from "../../ops/index.ts";
import { putAt, repeat, sliceAt } from "./loop.ts";
import type { Lowerings, LowerOptions, Site } from "./lowering.ts";
import { sliced } from "./shapes.ts";
import { typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

interface HeadAttributes {
  readonly chunks: number;
  readonly cap: number;
  readonly ignoreIndex: number;
  readonly smoothing?: number;
  readonly zLoss?: number;
}

/** Whether there are parts to go through, and rows for each device. */
export function isLooped(
  { attributes, inputs }: Node,
  { mesh }: Pick<LowerOptions, "mesh">,
): boolean {
  return (attributes.chunks as number) > 1 && inputs[0]!.shape[0]! % mesh.data === 0;
}

/** Loss, count, and the gradients by the hidden states, the weight and the bias. */
function headByParts(
  writer: Writer,
  { inputs, attributes, options, lowerInside }: Site<HeadAttributes>,
): Term[] {
  const [hidden, weight, targets, bias] = inputs as [Term, Term, Term, Term?];
  const { chunks, cap, ...rest } = attributes;
  const [rows, width] = hidden.type.shape as [number, number];
  // A part has rows of every device, so that none need be sent.
  const { data } = options.mesh;
  const own = rows / data;
  // Logits of a part are divided, too: fewer parts fit as well.
  const size = Math.ceil(own / Math.ceil(chunks / data));
  const rounds = Math.ceil(own / size);
  const missing = rounds * size - own;
  const part = partOf(typeOf("float32", [data * size, width]), weight, bias, {
    ...rest,
    softcap: cap === 0 ? null : cap,
  });
  const given = [
    filled(writer, writer.reshape(hidden, [data, own, width]), missing, 0),
    weight,
    filled(writer, writer.reshape(targets, [data, own]), missing, attributes.ignoreIndex),
    ...(bias === undefined ? [] : [bias]),
  ];
  const zeros = [
    typeOf("float32", []),
    typeOf("float32", []),
    given[0]!.type,
    weight.type,
    ...(bias === undefined ? [] : [bias.type]),
  ].map((type) => writer.splat(0, type));
  const results = repeat(writer, rounds, [...given, ...zeros], (body, round, now) => {
    const start = body.add("multiply", [round, body.scalar(size, "int32")], round.type);
    const [all, matrix, allTargets, vector] = now.slice(0, given.length) as [
      Term,
      Term,
      Term,
      Term?,
    ];
    const found = lowerInside(body, part, {
      hidden: body.reshape(sliceAt(body, all, 1, start, size), [data * size, width]),
      weight: matrix,
      targets: body.reshape(sliceAt(body, allTargets, 1, start, size), [data * size]),
      ...(vector === undefined ? {} : { bias: vector }),
    });
    const before = now.slice(given.length);
    const next = before.map((term, i) =>
      i === ofHidden
        ? putAt(body, term, 1, start, body.reshape(found[i]!, [data, size, width]))
        : body.add("add", [term, found[i]!], term.type),
    );
    return [...now.slice(0, given.length), ...next];
  });
  return results
    .slice(given.length)
    .map((term, i) => (i === ofHidden ? rowsOf(writer, term, own, hidden.type.shape) : term));
}

/** Among the results: the gradient that is of a part's rows; the others are sums. */
const ofHidden = 2;

/** With more rows of each device, which do not count: their target is to be ignored. */
function filled(writer: Writer, x: Term, count: number, value: number): Term {
  if (count === 0) return x;
  const { dtype, shape } = x.type;
  const resized = (rows: number) => typeOf(dtype, [shape[0]!, rows, ...shape.slice(2)]);
  const more = writer.splat(value, resized(count));
  return writer.add("concatenate", [x, more], resized(shape[1]! + count), "dimension = 1 : i64");
}

/** Without them, one after the other. */
function rowsOf(writer: Writer, x: Term, count: number, shape: Shape): Term {
  const whole = x.type.shape[1] === count ? x : sliced(writer, x, 1, 0, count);
  return writer.reshape(whole, shape);
}

/** The head over the rows of one part, with all that it gives. */
function partOf(
  hidden: Term["type"],
  weight: Term,
  bias: Term | undefined,
  options: LinearCrossEntropyOptions,
): Graph {
  const graph = new Graph();
  const { lossSum } = linearCrossEntropy(
    graph.input("hidden", hidden.shape),
    graph.input("weight", weight.type.shape),
    graph.input("targets", hidden.shape.slice(0, 1), "int32"),
    {
      ...options,
      chunks: 1,
      bias: bias === undefined ? null : graph.input("bias", bias.type.shape),
    },
  );
  for (const [i, value] of lossSum.node.outputs.entries()) graph.output(String(i), value);
  return graph;
}

export const heads: Lowerings = { linearCrossEntropy: headByParts };
