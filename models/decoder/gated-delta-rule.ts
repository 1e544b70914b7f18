/**
 * The gated delta rule (Yang et al. 2024, arXiv 2412.06464). Each head has a state `S`, a matrix; token by token
 *
 *     S ← a S,  S ← S + b k (v - kᵀ S),  o = qᵀ S
 *
 * with the decay `a` and the rate `b` between 0 and 1. Two ways to the same numbers: one token at a time,
 * and a chunk of tokens at a time, whose writes are the solution of a triangular system (Yang et al. 2024,
 * arXiv 2406.06484, section 3): the state then passes from chunk to chunk, so that a graph grows with the
 * chunks alone.
 */
import { type Graph, ops, type Value } from "../../engine/index.ts";

export interface DeltaRuleInput {
  /** `[batch, heads, sequence, keyDim]`, the keys of length 1. */
  readonly query: Value;
  readonly key: Value;
  /** `[batch, heads, sequence, valueDim]`. */
  readonly value: Value;
  /** `b`: `[batch, heads, sequence]`. */
  readonly rate: Value;
  /** The logarithm of `a`, at most 0: `[batch, heads, sequence]`. */
  readonly logDecay: Value;
  /** What earlier tokens left: `[batch, heads, keyDim, valueDim]`; null: zeros. */
  readonly state: Value | null;
  /** int32 `[batch, sequence]`: the state is empty where a segment begins. Null: one segment, of which `state` is. */
  readonly segments: Value | null;
}

export interface DeltaRuleResult {
  /** `[batch, heads, sequence, valueDim]`. */
  readonly output: Value;
  /** After the last token: `[batch, heads, keyDim, valueDim]`. */
  readonly state: Value;
}

/** Tokens of a chunk, as in other implementations: longer ones cost more in the system than they save in states. */
const chunkLength = 64;

/** One token of each sequence. */
export function deltaRuleStep(input: DeltaRuleInput & { readonly state: Value }): DeltaRuleResult {
  const { query, key, value, rate, logDecay } = input;
  const [batch, heads] = rate.shape as [number, number];
  const factor = (each: Value) => ops.reshape(each, [batch, heads, 1, 1]);
  const decayed = ops.multiply(input.state, factor(ops.exp(logDecay)));
  const news = ops.multiply(ops.subtract(value, ops.matmul(key, decayed)), factor(rate));
  const state = ops.add(decayed, ops.matmul(key, news, { transposeA: true }));
  return { output: ops.matmul(query, state), state };
}

/** Any number of tokens, chunk by chunk. */
export function deltaRuleChunks(input: DeltaRuleInput): DeltaRuleResult {
  const [batch, heads, sequence, keyDim] = input.key.shape as [number, number, number, number];
  const valueDim = input.value.shape[3]!;
  const length = Math.min(chunkLength, sequence);
  const chunks = Math.ceil(sequence / length);
  // Tokens beyond the end neither write nor decay.
  const cut = (value: Value, inner: readonly number[]) =>
    ops.reshape(ops.pad(value, 2, 0, chunks * length - sequence), [
      batch,
      heads,
      chunks,
      length,
      ...inner,
    ]);
  const [query, key] = [input.query, input.key].map((each) => cut(each, [keyDim])) as [
    Value,
    Value,
  ];
  const value = cut(input.value, [valueDim]);
  const rate = cut(input.rate, []);
  const decays = chunkDecays(cut(input.logDecay, []), input.segments);
  const byRow = (value: Value) => ops.reshape(value, [batch, heads, chunks, length, 1]);

  // What a token writes, of the writes before it in the chunk and of the state before the chunk.
  const alike = ops.matmul(key, key, { transposeB: true });
  const system = ops.multiply(ops.multiply(alike, decays.within), byRow(rate));
  const solution = ops.triangularInverse(system);
  const written = ops.matmul(solution, ops.multiply(value, byRow(rate)));
  const recalled = ops.matmul(
    solution,
    ops.multiply(key, byRow(ops.multiply(rate, decays.fromStart))),
  );
  const seen = ops.multiply(ops.matmul(query, key, { transposeB: true }), decays.within);
  const asked = ops.multiply(query, byRow(decays.fromStart));
  const kept = ops.multiply(key, byRow(decays.toEnd));

  const parts = [written, recalled, seen, asked, kept].map((each) =>
    ops.split(each, 2, chunks).map((part) => {
      const [rows, columns] = part.shape.slice(3) as [number, number];
      return ops.reshape(part, [batch, heads, rows, columns]);
    }),
  );
  const wholes = ops.split(ops.reshape(decays.whole, [batch, heads, chunks, 1]), 2, chunks);
  let { state } = input;
  const outputs: Value[] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const [write, recall, see, ask, keep] = parts.map((part) => part[chunk]!) as Five;
    const news = state === null ? write : ops.subtract(write, ops.matmul(recall, state));
    const own = ops.matmul(see, news);
    outputs.push(state === null ? own : ops.add(own, ops.matmul(ask, state)));
    const added = ops.matmul(keep, news, { transposeA: true });
    state = state === null ? added : ops.add(ops.multiply(state, wholes[chunk]!), added);
  }
  return { output: ops.slice(ops.concat(outputs, 2), 2, 0, sequence), state: state! };
}

type Five = [Value, Value, Value, Value, Value];

/** How much of something is left; nothing across the bound of a segment. */
interface Decays {
  /** Of what token `j` wrote, at token `i`, 0 for later ones: `[batch, heads, chunks, i, j]`. */
  readonly within: Value;
  /** Of the state before the chunk, at each token: `[batch, heads, chunks, length]`. */
  readonly fromStart: Value;
  /** Of what each token wrote, at the end of the chunk: `[batch, heads, chunks, length]`. */
  readonly toEnd: Value;
  /** Of the state before the chunk, at its end: `[batch, heads, chunks, 1]`. */
  readonly whole: Value;
}

/** @param logDecay `[batch, heads, chunks, length]`. */
function chunkDecays(logDecay: Value, segments: Value | null): Decays {
  const { graph } = logDecay;
  const [batch, heads, chunks, length] = logDecay.shape as [number, number, number, number];
  const upTo = triangle(graph, length, (row, column) => column <= row);
  const after = triangle(graph, length, (row, column) => row > column);
  // Sums over the very tokens in between, which differences of running sums would round.
  const each = ops.multiply(ops.reshape(logDecay, [batch, heads, chunks, 1, length]), upTo);
  const running = ops.matmul(logDecay, upTo, { transposeB: true });
  const decays = {
    within: ops.multiply(ops.exp(ops.matmul(each, after)), upTo),
    fromStart: ops.exp(running),
    toEnd: ops.exp(ops.matmul(logDecay, after)),
    whole: ops.exp(ops.slice(running, 3, length - 1, length)),
  };
  if (segments === null) return decays;
  const { same, begun, ends } = segmentMasks(segments, chunks, length);
  const last = ops.slice(begun, 3, length - 1, length);
  return {
    within: ops.multiply(decays.within, same),
    fromStart: ops.multiply(decays.fromStart, begun),
    toEnd: ops.multiply(decays.toEnd, ends),
    whole: ops.multiply(decays.whole, last),
  };
}

/**
 * 1 where two tokens are of one segment, else 0: of two in a chunk `[batch, 1, chunks, length, length]`, of
 * each and the last one before the chunk, and of each and the last one in it, `[batch, 1, chunks, length]`.
 */
function segmentMasks(segments: Value, chunks: number, length: number) {
  const [batch, sequence] = segments.shape as [number, number];
  const padded = ops.pad(ops.cast(segments, "float32"), 1, 0, chunks * length - sequence);
  const ids = ops.reshape(padded, [batch, 1, chunks, length]);
  const shaped = (rows: number, columns: number) =>
    ops.reshape(padded, [batch, 1, chunks, rows, columns]);
  const mask = (condition: Value) => ops.cast(condition, "float32");
  const last = ops.slice(ids, 3, length - 1, length);
  const nothing = segments.graph.constant(
    new Float32Array(batch).fill(-1),
    [batch, 1, 1, 1],
    "float32",
  );
  const before =
    chunks === 1 ? nothing : ops.concat([nothing, ops.slice(last, 2, 0, chunks - 1)], 2);
  return {
    same: mask(ops.equal(shaped(length, 1), shaped(1, length))),
    begun: mask(ops.equal(ids, before)),
    ends: mask(ops.equal(ids, last)),
  };
}

function triangle(
  graph: Graph,
  length: number,
  holds: (row: number, column: number) => boolean,
): Value {
  const data = Float32Array.from({ length: length * length }, (_, i) =>
    Number(holds(Math.floor(i / length), i % length)),
  );
  return graph.constant(data, [length, length], "float32");
}
