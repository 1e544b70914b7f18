/** Rotary positions: the cosines and sines that queries and keys are turned by. */
import { ops, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import type { Llama3Scaling, LongRopeScaling, RopeScaling } from "./rope-config.ts";

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

/** @param positions int32 `[batch, time]`. */
export function rotaryAngles(config: DecoderConfig, positions: Value): LayerAngles {
  const { theta, scaling, localTheta } = config.rope;
  const global = angles(
    positions,
    rotaryFrequencies(turnedChannels(config), theta, scaling),
    scaling?.type === "longrope" ? longRopeGain(scaling) : 1,
  );
  const local =
    localTheta === null
      ? global
      : angles(positions, rotaryFrequencies(turnedChannels(config), localTheta, null), 1);
  return { global, local };
}

/** Cosines and sines, both times `gain`. The angle is a float32 product, as in other frameworks. */
function angles(positions: Value, frequencies: readonly number[], gain: number): RotaryAngles {
  const [batch, time] = positions.shape as [number, number];
  const places = ops.reshape(ops.cast(positions, "float32"), [batch, 1, time, 1]);
  const table = Float32Array.from(frequencies);
  const turned = ops.multiply(
    places,
    positions.graph.constant(table, [frequencies.length], "float32"),
  );
  const scaled = (value: Value) => (gain === 1 ? value : ops.multiply(value, gain));
  return { cosine: scaled(ops.cosine(turned)), sine: scaled(ops.sine(turned)) };
}

function turnedChannels({ headDim, rope }: DecoderConfig): number {
  return Math.trunc(headDim * rope.share);
}

/** Radians per token of each pair of channels, fastest first. */
export function rotaryFrequencies(
  channels: number,
  theta: number,
  scaling: RopeScaling | null,
): number[] {
  const plain = Array.from({ length: channels / 2 }, (_, i) => theta ** ((-2 * i) / channels));
  if (scaling === null || scaling.type === "dynamic") return plain;
  if (scaling.type === "linear") return plain.map((frequency) => frequency / scaling.factor);
  if (scaling.type === "llama3") return plain.map((frequency) => llama3(frequency, scaling));
  return plain.map((frequency, i) => frequency / scaling.shortFactors[i]!);
}

/** As in Meta's reference implementation of Llama 3.1 (`apply_scaling`). */
function llama3(frequency: number, scaling: Llama3Scaling): number {
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContext } = scaling;
  const turnsInContext = (originalContext * frequency) / (2 * Math.PI);
  if (turnsInContext < lowFrequencyFactor) return frequency / factor;
  if (turnsInContext > highFrequencyFactor) return frequency;
  const fast = (turnsInContext - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
  return ((1 - fast) * frequency) / factor + fast * frequency;
}

/** LongRoPE makes queries and keys longer, so that attention stays as sharp over more tokens. */
function longRopeGain({ originalContext, extendedContext }: LongRopeScaling): number {
  const factor = extendedContext / originalContext;
  return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContext));
}
