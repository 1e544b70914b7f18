/**
 * A layer that carries a state from token to token instead of attending: Gated DeltaNet (Yang et al. 2024,
 * arXiv 2412.06464) as in Qwen3-Next and Qwen3.5. Queries, keys and values go through a short convolution;
 * what the state gives is normalised and gated.
 */
import { ops, type Value } from "../../engine/index.ts";
import { causalConvolution, withTokensBefore } from "./causal-convolution.ts";
import type { DecoderConfig, GatedDeltaConfig } from "./config.ts";
import { deltaRuleChunks, deltaRuleStep } from "./gated-delta-rule.ts";
import type { DeltaCache } from "./layer-cache.ts";
import { linear } from "./linear.ts";
import type { Weights } from "./weights.ts";

export interface GatedDeltaContext {
  /** int32 `[batch, sequence]`. */
  readonly positions: Value;
  /** int32 `[batch, sequence]`: the state is empty where a segment begins. Null: one segment. */
  readonly segments: Value | null;
  /** int32 `[batch]`: tokens of each row that are read; the rest are padding. All unless given. */
  readonly counts?: Value;
  /** Several new tokens go on after those in the cache, instead of being a sequence's first. */
  readonly continues?: boolean;
}

export interface GatedDeltaResult {
  /** `[batch, sequence, hiddenSize]`. */
  readonly output: Value;
  readonly cache: DeltaCache | null;
}

/** Beside the squares of queries and keys, whose root they are divided by. */
const lengthEpsilon = 1e-6;

/** @param x `[batch, sequence, hiddenSize]`. */
export function gatedDeltaNet(
  config: DecoderConfig,
  weights: Weights,
  x: Value,
  context: GatedDeltaContext,
  cache: DeltaCache | null,
): GatedDeltaResult {
  const net = config.gatedDelta!;
  const { valueHeads, valueDim } = net;
  const [batch, sequence] = x.shape as [number, number];
  const goesOn = cache !== null && (sequence === 1 || context.continues === true);
  const earlier = goesOn ? sinceStart(cache, context.positions) : null;
  const { segments, counts } = context;

  const projected = linear(weights, "queryKeyValue", x);
  const mixed = ops.silu(
    causalConvolution({
      x: projected,
      weight: weights.at("convolution").get("weight"),
      before: earlier?.recent ?? null,
      segments,
    }),
  );
  const isRead = counts === undefined ? null : readMask(counts, sequence);
  const perHead = (value: Value) =>
    ops.transpose(isRead === null ? value : ops.multiply(value, isRead), [0, 2, 1]);
  const input = {
    ...headsOf(mixed, net),
    rate: perHead(ops.sigmoid(linear(weights, "rate", x))),
    logDecay: perHead(logDecay(weights, x)),
    segments,
  };
  const { output, state } =
    earlier !== null && sequence === 1
      ? deltaRuleStep({ ...input, state: earlier.state })
      : deltaRuleChunks({ ...input, state: earlier?.state ?? null });

  const heads = [batch, sequence, valueHeads, valueDim];
  const normal = ops.rmsNorm(
    ops.transpose(output, [0, 2, 1, 3]),
    weights.at("norm").get("weight"),
    config.normEpsilon,
  );
  const gate = ops.silu(ops.reshape(linear(weights, "gate", x), heads));
  const gated = ops.reshape(ops.multiply(normal, gate), [batch, sequence, valueHeads * valueDim]);
  const written =
    cache === null
      ? null
      : { state, recent: lastTokens(projected, earlier?.recent ?? null, net, counts) };
  return { output: linear(weights, "output", gated), cache: written };
}

/** A cache's tensors, zero where a sequence begins: they may be another's. */
function sinceStart({ recent, state }: DeltaCache, positions: Value): DeltaCache {
  const batch = positions.shape[0]!;
  const isLater = ops.greater(ops.slice(positions, 1, 0, 1), 0);
  return {
    recent: ops.select(ops.reshape(isLater, [batch, 1, 1]), recent, 0),
    state: ops.select(ops.reshape(isLater, [batch, 1, 1, 1]), state, 0),
  };
}

/** `[batch, sequence, 1]`: 1 for tokens that are read, 0 for padding, which neither writes nor decays. */
function readMask(counts: Value, sequence: number): Value {
  const batch = counts.shape[0]!;
  const places = Int32Array.from({ length: sequence }, (_, i) => i);
  const place = counts.graph.constant(places, [1, sequence], "int32");
  const isRead = ops.less(place, ops.reshape(counts, [batch, 1]));
  return ops.reshape(ops.cast(isRead, "float32"), [batch, sequence, 1]);
}

/** `[batch, sequence, valueHeads]`, at most 0. */
function logDecay(weights: Weights, x: Value): Value {
  const rate = ops.softplus(ops.add(linear(weights, "decay", x), weights.get("decayBias")));
  return ops.negate(ops.multiply(rate, ops.exp(weights.get("logDecay"))));
}

/** Queries and keys `[batch, valueHeads, sequence, keyDim]`, values `[batch, valueHeads, sequence, valueDim]`. */
function headsOf(mixed: Value, { keyHeads, valueHeads, keyDim, valueDim }: GatedDeltaConfig) {
  const [batch, sequence, channels] = mixed.shape as [number, number, number];
  const keys = keyHeads * keyDim;
  const group = valueHeads / keyHeads;
  /** Each head of keys serves as many heads of values, one after the other. */
  const spread = (from: number, gain: number) => {
    const heads = ops.reshape(ops.slice(mixed, 2, from, from + keys), [
      batch,
      sequence,
      keyHeads,
      keyDim,
    ]);
    const normal = scaledToLength(heads, gain);
    const shape = [batch, sequence, keyHeads, group, keyDim];
    const repeated =
      group === 1
        ? normal
        : ops.broadcastTo(ops.reshape(normal, [batch, sequence, keyHeads, 1, keyDim]), shape);
    return ops.transpose(
      ops.reshape(repeated, [batch, sequence, valueHeads, keyDim]),
      [0, 2, 1, 3],
    );
  };
  const values = ops.reshape(ops.slice(mixed, 2, 2 * keys, channels), [
    batch,
    sequence,
    valueHeads,
    valueDim,
  ]);
  return {
    query: spread(0, 1 / Math.sqrt(keyDim)),
    key: spread(keys, 1),
    value: ops.transpose(values, [0, 2, 1, 3]),
  };
}

/** Rows of the length `gain`, unless they are tiny: RMSNorm by another factor. */
function scaledToLength(x: Value, gain: number): Value {
  const channels = x.shape.at(-1)!;
  const gains = new Float32Array(channels).fill(gain / Math.sqrt(channels));
  const constant = x.graph.constant(gains, [channels], "float32");
  return ops.rmsNorm(x, constant, lengthEpsilon / channels);
}

/** What the convolution of the tokens that follow sees of these: `[batch, convolution - 1, channels]`. */
function lastTokens(
  projected: Value,
  before: Value | null,
  { convolution: taps }: GatedDeltaConfig,
  counts: Value | undefined,
): Value {
  const [batch, sequence, channels] = projected.shape as [number, number, number];
  if (taps === 1) return ops.slice(projected, 1, sequence - 1, sequence);
  const joined = withTokensBefore(projected, before, taps);
  const total = sequence + taps - 1;
  if (counts === undefined) return ops.slice(joined, 1, sequence, total);
  const first = Int32Array.from({ length: batch * (taps - 1) }, (_, i) => {
    const row = Math.floor(i / (taps - 1));
    return row * total + (i % (taps - 1));
  });
  const { graph } = projected;
  const rows = ops.add(
    graph.constant(first, [batch, taps - 1], "int32"),
    ops.reshape(counts, [batch, 1]),
  );
  return ops.gather(ops.reshape(joined, [batch * total, channels]), rows);
}
