/** Rotary positions: the table of angles that queries and keys are turned by. */
import { ops, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";

export interface RotaryAngles {
  /** `[batch, 1, time, headDim / 2]`. */
  readonly cosine: Value;
  readonly sine: Value;
}

/**
 * Cosines and sines of the tokens' positions.
 * @param positions int32 `[batch, time]`.
 */
export function rotaryAngles(config: DecoderConfig, positions: Value): RotaryAngles {
  const frequencies = rotaryFrequencies(config);
  const table = (f: (angle: number) => number) => {
    const data = new Float32Array(config.context * frequencies.length);
    for (let position = 0; position < config.context; position++) {
      for (const [i, frequency] of frequencies.entries()) {
        data[position * frequencies.length + i] = f(position * frequency);
      }
    }
    const constant = positions.graph.constant(
      data,
      [config.context, frequencies.length],
      "float32",
    );
    const [batch, time] = positions.shape as [number, number];
    return ops.reshape(ops.gather(constant, positions), [batch, 1, time, frequencies.length]);
  };
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}

/** Radians per token of each pair of channels, fastest first. */
export function rotaryFrequencies(config: DecoderConfig): number[] {
  const { theta } = config.rope;
  return Array.from({ length: config.headDim / 2 }, (_, i) => theta ** ((-2 * i) / config.headDim));
}
