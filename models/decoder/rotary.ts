/** Rotary positions: the cosines and sines that queries and keys are turned by. */
import { ops, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import { dynamicFrequencies, sequenceLengths } from "./dynamic-rope.ts";
import type { Llama3Scaling, LongRopeScaling, RopeScaling, YarnScaling } from "./rope-config.ts";

export interface RotaryAngles {
  /** `[batch, 1, time, turned / 2]`. */
  readonly cosine: Value;
  readonly sine: Value;
}

/** The angles of layers that see all tokens, and of those with a window. */
export interface LayerAngles {
  readonly global: RotaryAngles;
  readonly local: RotaryAngles;
}

/** Where tokens stand, as {@link DecoderInput} has it. */
export interface Places {
  /** int32 `[batch, sequence]`. */
  readonly positions: Value;
  /** int32 `[batch, sequence]`; null: one sequence a row. */
  readonly segments: Value | null;
  /** int32 `[batch]`; null: to be counted. */
  readonly lengths: Value | null;
}

export function rotaryAngles(config: DecoderConfig, places: Places): LayerAngles {
  const { theta, scaling, localTheta, localScaling, backwards } = config.rope;
  const { positions } = places;
  const channels = turnedChannels(config);
  const at = (base: number, stretched: RopeScaling | null) => {
    const frequencies = rotaryFrequencies(channels, base, stretched);
    const signed = backwards ? frequencies.map((frequency) => -frequency) : frequencies;
    if (stretched?.type === "dynamic" && config.contextLength > stretched.originalContextLength) {
      const { segments, lengths } = places;
      const counted = sequenceLengths(positions, segments, lengths);
      return angles(positions, dynamicFrequencies(signed, stretched, counted), 1);
    }
    const table = Float32Array.from(signed);
    const constant = positions.graph.constant(table, [table.length], "float32");
    return angles(positions, constant, ropeGain(stretched));
  };
  const global = at(theta, scaling);
  return { global, local: localTheta === null ? global : at(localTheta, localScaling) };
}

/** Cosines and sines, both times `gain`. The angle is a float32 product, as in other frameworks. */
function angles(positions: Value, frequencies: Value, gain: number): RotaryAngles {
  const [batch, sequenceLength] = positions.shape as [number, number];
  const places = ops.reshape(ops.cast(positions, "float32"), [batch, 1, sequenceLength, 1]);
  const turned = ops.multiply(places, frequencies);
  const scaled = (value: Value) => (gain === 1 ? value : ops.multiply(value, gain));
  return { cosine: scaled(ops.cosine(turned)), sine: scaled(ops.sine(turned)) };
}

/**
 * Queries or keys `[batch, heads, sequence, headDim]` with the channels that turn together a half apart, as
 * `ops.rope` has them. Scores stay as they are: queries and keys change places alike.
 */
export function halvesApart(config: DecoderConfig, x: Value): Value {
  const turned = turnedChannels(config);
  const [batch, heads, sequence, width] = x.shape as [number, number, number, number];
  const pairs = ops.reshape(ops.slice(x, -1, 0, turned), [batch, heads, sequence, turned / 2, 2]);
  const halves = ops.reshape(ops.transpose(pairs, [0, 1, 2, 4, 3]), [
    batch,
    heads,
    sequence,
    turned,
  ]);
  return turned === width ? halves : ops.concat([halves, ops.slice(x, -1, turned, width)], -1);
}

function turnedChannels({ headDim, rope }: DecoderConfig): number {
  return Math.trunc(headDim * rope.share);
}

/** Radians per token of each pair of channels, fastest first; of `dynamic`, those of short sequences. */
export function rotaryFrequencies(
  channels: number,
  theta: number,
  scaling: RopeScaling | null,
): number[] {
  const plain = Array.from({ length: channels / 2 }, (_, i) => theta ** ((-2 * i) / channels));
  if (scaling === null || scaling.type === "dynamic") return plain;
  if (scaling.type === "linear") return plain.map((frequency) => frequency / scaling.factor);
  if (scaling.type === "llama3") return plain.map((frequency) => llama3(frequency, scaling));
  if (scaling.type === "yarn") return yarn(plain, theta, scaling);
  return plain.map((frequency, i) => frequency / scaling.shortFactors[i]!);
}

/** What multiplies cosines and sines, so that attention stays as sharp over more tokens. */
function ropeGain(scaling: RopeScaling | null): number {
  if (scaling?.type === "yarn") return scaling.gain;
  return scaling?.type === "longrope" ? (scaling.gain ?? longRopeGain(scaling)) : 1;
}

function yarn(plain: readonly number[], theta: number, scaling: YarnScaling): number[] {
  const { factor, originalContextLength, fastTurns, slowTurns, truncate } = scaling;
  const channels = 2 * plain.length;
  /** The channel whose frequency turns so often within the original context. */
  const channelOf = (turns: number) =>
    (channels * Math.log(originalContextLength / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = channelOf(fastTurns);
  const last = channelOf(slowTurns);
  const low = Math.max(truncate ? Math.floor(first) : first, 0);
  const high = Math.min(truncate ? Math.ceil(last) : last, channels - 1);
  // Two borders that meet would divide by zero; the paper's own code moves them apart by as much.
  const span = high === low ? 0.001 : high - low;
  return plain.map((frequency, i) => {
    const slow = Math.min(Math.max((i - low) / span, 0), 1);
    return (frequency / factor) * slow + frequency * (1 - slow);
  });
}

/** As in Meta's reference implementation of Llama 3.1 (`apply_scaling`). */
function llama3(frequency: number, scaling: Llama3Scaling): number {
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContextLength } = scaling;
  const turnsInContext = (originalContextLength * frequency) / (2 * Math.PI);
  if (turnsInContext < lowFrequencyFactor) return frequency / factor;
  if (turnsInContext > highFrequencyFactor) return frequency;
  const fast = (turnsInContext - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
  return ((1 - fast) * frequency) / factor + fast * frequency;
}

/** Of LongRoPE where the file does not say: by how much the context grew. */
export function longRopeGain({
  originalContextLength,
  extendedContextLength,
}: Pick<LongRopeScaling, "originalContextLength" | "extendedContextLength">): number {
  const factor = extendedContextLength / originalContextLength;
  return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContextLength));
}
