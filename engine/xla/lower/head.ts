/**
 * A language model's head with its loss, part after part of the rows in a loop: as many copies of it as
 * there are parts, dozens of a large vocabulary, took the compiler minutes.
 */
import { Graph } from "../../graph/index.ts";
import { type LinearCrossEntropyOptions, linearCrossEntropy } from "../../ops/index.ts";
import { devicesOf } from "../mesh/index.ts";
import { putAt, repeat, sliceAt } from "./loop.ts";
import type { Lowerings, LowerOptions, Site } from "./lowering.ts";
import { padded, sliced } from "./shapes.ts";
import { typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

interface HeadAttributes {
  readonly chunks: number;
  readonly cap: number;
  readonly ignoreIndex: number;
  readonly smoothing?: number;
  readonly zLoss?: number;
}

/** Whether there are parts to go through; of what is divided among devices, slices would have to be sent. */
export const isLooped = (
  { chunks }: { readonly chunks?: unknown },
  { mesh }: Pick<LowerOptions, "mesh">,
): boolean => typeof chunks === "number" && chunks > 1 && devicesOf(mesh) === 1;

/** Loss, count, and the gradients by the hidden states, the weight and the bias. */
function headByParts(
  writer: Writer,
  { inputs, attributes, lowerInside }: Site<HeadAttributes>,
): Term[] {
  const [hidden, weight, targets, bias] = inputs as [Term, Term, Term, Term?];
  const { chunks, cap, ...rest } = attributes;
  const [rows, width] = hidden.type.shape as [number, number];
  const size = Math.ceil(rows / chunks);
  const rounds = Math.ceil(rows / size);
  const missing = rounds * size - rows;
  const part = partOf(typeOf("float32", [size, width]), weight, bias, {
    ...rest,
    softcap: cap === 0 ? null : cap,
  });
  const given = [
    missing === 0 ? hidden : padded(writer, hidden, 0, 0, missing),
    weight,
    withIgnored(writer, targets, missing, attributes.ignoreIndex),
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
      hidden: sliceAt(body, all, 0, start, size),
      weight: matrix,
      targets: sliceAt(body, allTargets, 0, start, size),
      ...(vector === undefined ? {} : { bias: vector }),
    });
    const before = now.slice(given.length);
    const next = before.map((term, i) =>
      i === ofHidden
        ? putAt(body, term, 0, start, found[i]!)
        : body.add("add", [term, found[i]!], term.type),
    );
    return [...now.slice(0, given.length), ...next];
  });
  return results
    .slice(given.length)
    .map((term, i) => (i === ofHidden && missing > 0 ? sliced(writer, term, 0, 0, rows) : term));
}

/** Among the results: the gradient that is of a part's rows; the others are sums. */
const ofHidden = 2;

/** Rows that are filled up with do not count. */
function withIgnored(writer: Writer, targets: Term, count: number, ignored: number): Term {
  if (count === 0) return targets;
  const { dtype, shape } = targets.type;
  const filled = writer.splat(ignored, typeOf(dtype, [count]));
  const type = typeOf(dtype, [shape[0]! + count]);
  return writer.add("concatenate", [targets, filled], type, "dimension = 0 : i64");
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
