/**
 * Weights that say nothing, made as a model asks for them: none is in memory beside the model, whose
 * peak is then what a checkpoint's would be.
 */

import { encodeBfloat16, sizeOf } from "../../../engine/index.ts";
import {
  type DecoderConfig,
  type ParameterSource,
  parameterSpecs,
  type WeightSource,
} from "../../../models/index.ts";

/** Numbers of a usual size follow each other again and again. */
const patternSize = 2 ** 20;

export function noiseWeights(config: DecoderConfig): WeightSource {
  const noise = Float32Array.from({ length: patternSize }, (_, i) => 0.03 * Math.sin(i * i * 0.37));
  const bits = encodeBfloat16(noise);
  const matrix = (size: number): ParameterSource => ({
    size,
    readFloat32: (start, target) => repeat(noise, start, target),
    readBfloat16: (start, target) => repeat(bits, start, target),
  });
  const vector = (size: number, init: string) =>
    new Float32Array(size).fill(Number(init === "ones"));
  return new Map<string, Float32Array | ParameterSource>(
    parameterSpecs(config).map(({ name, shape, init }) => {
      const size = sizeOf(shape);
      return [name, shape.length > 1 ? matrix(size) : vector(size, init)];
    }),
  );
}

function repeat<T extends Float32Array | Uint16Array>(pattern: T, start: number, target: T): void {
  for (let at = 0; at < target.length; ) {
    const from = (start + at) % pattern.length;
    const part = pattern.subarray(from, from + target.length - at);
    target.set(part, at);
    at += part.length;
  }
}
