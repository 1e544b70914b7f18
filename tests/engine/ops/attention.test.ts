/** Causal attention: what a position sees, and the gradients. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, GraphError, ops } from "../../../engine/index.ts";
import { evaluate, expandComposites } from "../../../engine/passes/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";
import {
  type CheckedInput,
  checkGradients,
  randomFloats,
  randomInput,
  weightedSum,
} from "../finite-differences.ts";

const engine = startReference();

interface Case {
  readonly batch: number;
  readonly heads: number;
  readonly kv: number;
  readonly sequenceLength: number;
  readonly width: number;
  readonly segments?: readonly number[];
  readonly window?: number;
  readonly softcap?: number;
  readonly scale?: number;
  readonly blockSize?: number;
  readonly headsAtOnce?: number;
  readonly slopes?: readonly number[];
}

const cases: Readonly<Record<string, Case>> = {
  "one head, odd sizes": { batch: 1, heads: 1, kv: 1, sequenceLength: 5, width: 3 },
  "one token": { batch: 2, heads: 2, kv: 1, sequenceLength: 1, width: 4 },
  "grouped heads": { batch: 2, heads: 6, kv: 2, sequenceLength: 5, width: 4 },
  "segments, one of a single token": {
    batch: 2,
    heads: 2,
    kv: 2,
    sequenceLength: 6,
    width: 3,
    segments: [0, 0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 5],
  },
  "a window": { batch: 1, heads: 2, kv: 1, sequenceLength: 9, width: 3, window: 3 },
  "a window of one": { batch: 1, heads: 1, kv: 1, sequenceLength: 4, width: 3, window: 1 },
  "blocks of queries": { batch: 2, heads: 4, kv: 2, sequenceLength: 11, width: 3, blockSize: 4 },
  "blocks, window, segments and groups": {
    batch: 2,
    heads: 4,
    kv: 2,
    sequenceLength: 7,
    width: 2,
    blockSize: 2,
    window: 3,
    segments: [0, 0, 0, 0, 1, 1, 1, 4, 5, 5, 5, 5, 5, 5],
  },
  "heads in uneven parts, blocks, segments and groups": {
    batch: 2,
    heads: 6,
    kv: 3,
    sequenceLength: 5,
    width: 2,
    blockSize: 2,
    headsAtOnce: 2,
    segments: [0, 0, 0, 1, 1, 4, 5, 5, 5, 5],
  },
  "slopes of distance, segments, groups and heads at once": {
    batch: 2,
    heads: 4,
    kv: 2,
    sequenceLength: 7,
    width: 2,
    blockSize: 3,
    headsAtOnce: 1,
    slopes: [0.5, 0.25, 1, 0.0625],
    segments: [0, 0, 0, 0, 1, 1, 1, 4, 5, 5, 5, 5, 5, 5],
  },
  "capped scores": {
    batch: 1,
    heads: 2,
    kv: 2,
    sequenceLength: 5,
    width: 4,
    softcap: 0.7,
    scale: 1.5,
  },
};

function operandsOf({ batch, heads, kv, sequenceLength, width, segments }: Case) {
  return {
    query: randomInput([batch, heads, sequenceLength, width], 1, [-2, 2]),
    key: randomInput([batch, kv, sequenceLength, width], 2, [-2, 2]),
    value: randomInput([batch, kv, sequenceLength, width], 3),
    ...(segments
      ? { segments: { shape: [batch, sequenceLength], data: Int32Array.from(segments) } }
      : {}),
  } satisfies Record<string, CheckedInput>;
}

/** The definition, one position at a time. */
function attendPlainly(one: Case): Float64Array {
  const { batch, heads, kv, sequenceLength, width, segments, window = sequenceLength } = one;
  const inputs = operandsOf(one);
  const scale = one.scale ?? 1 / Math.sqrt(width);
  const row = (data: ArrayLike<number>, b: number, h: number, count: number, t: number) =>
    Array.from(
      { length: width },
      (_, i) => data[((b * count + h) * sequenceLength + t) * width + i]!,
    );
  const output: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const shared = Math.floor(h / (heads / kv));
      for (let t = 0; t < sequenceLength; t++) {
        const query = row(inputs.query.data, b, h, heads, t);
        const seen = Array.from({ length: t + 1 }, (_, s) => s).filter(
          (s) =>
            s > t - window &&
            (!segments || segments[b * sequenceLength + s] === segments[b * sequenceLength + t]),
        );
        const weights = seen.map((s) => {
          const key = row(inputs.key.data, b, shared, kv, s);
          const score = scale * query.reduce((sum, q, i) => sum + q * key[i]!, 0);
          const capped = one.softcap ? one.softcap * Math.tanh(score / one.softcap) : score;
          return Math.exp(capped - (one.slopes?.[h] ?? 0) * (t - s));
        });
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const values = seen.map((s) => row(inputs.value.data, b, shared, kv, s));
        for (let i = 0; i < width; i++) {
          output.push(weights.reduce((sum, w, at) => sum + (w / total) * values[at]![i]!, 0));
        }
      }
    }
  }
  return Float64Array.from(output);
}

for (const [name, one] of Object.entries(cases)) {
  const { window, softcap, scale, blockSize, headsAtOnce, slopes } = one;
  const options = {
    ...(window ? { window } : {}),
    ...(softcap ? { softcap } : {}),
    ...(scale ? { scale } : {}),
    ...(blockSize ? { blockSize } : {}),
    ...(headsAtOnce ? { headsAtOnce } : {}),
    ...(slopes ? { slopes } : {}),
  };

  test(`${name}: the definition's values`, () => {
    const graph = new Graph();
    const inputs = operandsOf(one);
    const input = (key: "query" | "key" | "value") => graph.input(key, inputs[key].shape);
    const segments = one.segments
      ? { segments: graph.input("segments", [one.batch, one.sequenceLength], "int32") }
      : {};
    const operands = { query: input("query"), key: input("key"), value: input("value") };
    graph.output("out", ops.causalAttention({ ...operands, ...segments, ...options }));
    const data = Object.fromEntries(Object.entries(inputs).map(([key, { data }]) => [key, data]));
    const { out } = evaluate(expandComposites(graph), data);
    for (const [i, expected] of attendPlainly(one).entries()) {
      assert.ok(Math.abs(out![i]! - expected) < 1e-7, `element ${i}: ${out![i]}, not ${expected}`);
    }
  });

  test(`${name}: gradients`, () => {
    checkGradients(
      engine,
      (_graph, { query, key, value, segments }) =>
        weightedSum(
          ops.causalAttention({
            query: query!,
            key: key!,
            value: value!,
            ...(segments ? { segments } : {}),
            ...options,
          }),
        ),
      operandsOf(one),
      { tolerance: 2e-5, elements: 40 },
    );
  });
}

test("the keys after a block of queries are not even read", () => {
  const graph = new Graph();
  const [query, key, value] = ["q", "k", "v"].map((name) => graph.input(name, [1, 1, 6, 2]));
  const out = ops.causalAttention({ query: query!, key: key!, value: value!, blockSize: 3 });
  graph.output("out", out);
  const q = randomFloats(12, 1);
  const k = randomFloats(12, 2);
  const poisoned = k.slice();
  poisoned[8] = Number.NaN;
  const primitives = expandComposites(graph);
  const clean = evaluate(primitives, { q, k, v: k }).out!;
  const dirty = evaluate(primitives, { q, k: poisoned, v: k }).out!;
  assert.equal([...dirty.slice(0, 6)], [...clean.slice(0, 6)]);
});

test("what does not fit is refused by name", () => {
  const graph = new Graph();
  const query = graph.input("q", [1, 3, 4, 2]);
  const key = graph.input("k", [1, 2, 4, 2]);
  assert.throws(
    () => ops.causalAttention({ query, key, value: key }),
    (error: unknown) =>
      error instanceof GraphError && /3 query heads.*2 key heads/.test(error.message),
  );
  assert.throws(
    () => ops.causalAttention({ query, key: query, value: query, window: 0 }),
    /positive whole window, got 0/,
  );
  assert.throws(
    () => ops.causalAttention({ query, key: query, value: query, slopes: [0.5] }),
    /needs 3 finite slopes, one a head, got \[0.5\]/,
  );
  const segments = graph.input("s", [4], "int32");
  assert.throws(
    () => ops.causalAttention({ query, key: query, value: query, segments }),
    /needs segments int32\[1, 4\], got int32\[4\]/,
  );
});

test.run();
