/** A convolution of each channel by itself over the last few tokens. */
import { ops, type Value } from "../../engine/index.ts";

export interface ConvolutionInput {
  /** `[batch, sequence, channels]`. */
  readonly x: Value;
  /** `[channels, 1, taps]`: the last tap is the token's own. */
  readonly weight: Value;
  /** The tokens before, oldest first: `[batch, taps - 1, channels]`; null: there are none. */
  readonly before: Value | null;
  /** int32 `[batch, sequence]`: a token sees only tokens of its own segment. Null: one segment. */
  readonly segments: Value | null;
}

/** `[batch, sequence, channels]`. */
export function causalConvolution({ x, weight, before, segments }: ConvolutionInput): Value {
  const [, sequence, channels] = x.shape as [number, number, number];
  const taps = weight.shape[2]!;
  const joined = withTokensBefore(x, before, taps);
  const byTap = ops.split(ops.transpose(ops.reshape(weight, [channels, taps]), [1, 0]), 0, taps);
  const terms = byTap.map((gains, tap) => {
    const seen = ops.slice(joined, 1, tap, tap + sequence);
    const distance = taps - 1 - tap;
    const own = distance === 0 || segments === null ? seen : within(seen, segments, distance);
    return ops.multiply(own, ops.reshape(gains, [channels]));
  });
  return terms.reduce((sum, term) => ops.add(sum, term));
}

/** `[batch, taps - 1 + sequence, channels]`, zeros where there is nothing before. */
export function withTokensBefore(x: Value, before: Value | null, taps: number): Value {
  if (taps === 1) return x;
  return before === null ? ops.pad(x, 1, taps - 1, 0) : ops.concat([before, x], 1);
}

/** What tokens see so many places before them, zero where that is of another segment. */
function within(seen: Value, segments: Value, distance: number): Value {
  const [batch, sequence] = segments.shape as [number, number];
  const moved = Math.min(distance, sequence);
  const none = segments.graph.constant(
    new Int32Array(batch * moved).fill(-1),
    [batch, moved],
    "int32",
  );
  const before =
    moved === sequence ? none : ops.concat([none, ops.slice(segments, 1, 0, sequence - moved)], 1);
  const same = ops.reshape(ops.equal(segments, before), [batch, sequence, 1]);
  return ops.select(same, seen, 0);
}
