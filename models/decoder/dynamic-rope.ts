/**
 * Rotary frequencies that fall as a sequence grows beyond the context of pretraining: dynamic NTK
 * scaling (emozilla 2023; "dynamic" in `transformers`). The base becomes
 * `theta (factor n / L - (factor - 1)) ^ (d / (d - 2))` for a sequence of `n` tokens, a context of
 * pretraining `L` and `d` channels that are turned.
 */
import { ops, type Value } from "../../engine/index.ts";
import type { DynamicScaling } from "./rope-config.ts";

/**
 * How many tokens each sequence has, as float32 that `[batch, sequence]` can be joined with: `[batch, 1]`, or
 * `[batch, sequence]` where rows hold several.
 * @param lengths int32 `[batch]`: what the caller knows of them; null to count.
 * @param segments int32 `[batch, sequence]`, at most `sequence` in value; null: one sequence a row.
 */
export function sequenceLengths(
  positions: Value,
  segments: Value | null,
  lengths: Value | null,
): Value {
  const [batch, sequence] = positions.shape as [number, number];
  if (lengths !== null) return ops.reshape(ops.cast(lengths, "float32"), [batch, 1]);
  if (segments === null) {
    return ops.add(ops.max(ops.cast(positions, "float32"), [-1], true), 1);
  }
  const { graph } = positions;
  const first = Int32Array.from({ length: batch }, (_, row) => row * (sequence + 1));
  const ids = ops.add(segments, graph.constant(first, [batch, 1], "int32"));
  const ones = new Float32Array(batch * sequence).fill(1);
  const counts = ops.scatterAdd(
    ids,
    graph.constant(ones, [batch, sequence], "float32"),
    batch * (sequence + 1),
  );
  return ops.gather(counts, ids);
}

/**
 * Radians per token, fastest first: `[batch, 1, 1 or sequence, channels / 2]`.
 * @param plain those of sequences within the context of pretraining.
 * @param lengths of {@link sequenceLengths}.
 */
export function dynamicFrequencies(
  plain: readonly number[],
  { factor, originalContextLength }: DynamicScaling,
  lengths: Value,
): Value {
  const { graph } = lengths;
  const channels = 2 * plain.length;
  const longer = ops.maximum(ops.divide(lengths, originalContextLength), 1);
  const growth = ops.log(ops.subtract(ops.multiply(longer, factor), factor - 1));
  // theta's power of the plain frequency, times what the growth of the base takes off.
  const exponents = Float32Array.from(plain, (_, i) => (-2 * i) / (channels - 2));
  const [batch, each] = lengths.shape as [number, number];
  const fallen = ops.exp(
    ops.multiply(
      ops.reshape(growth, [batch, 1, each, 1]),
      graph.constant(exponents, [plain.length], "float32"),
    ),
  );
  return ops.multiply(fallen, graph.constant(Float32Array.from(plain), [plain.length], "float32"));
}
