/** Where a model's parameters come from: arrays, or files that are read when a parameter is made. */
import { encodeBfloat16 } from "../engine/index.ts";

/** The values of one parameter, in row-major order. */
export interface ParameterSource {
  /** Numbers. */
  readonly size: number;
  /** Fills `target` with the numbers from `start` on. */
  readFloat32(start: number, target: Float32Array): void;
  /** The same as bits of bfloat16, rounded where the source holds more. */
  readBfloat16(start: number, target: Uint16Array): void;
}

/** By parameter name. */
export type WeightSource = ReadonlyMap<string, Float32Array | ParameterSource>;

/** Numbers that are in memory. */
export function arraySource(values: Float32Array): ParameterSource {
  const part = (start: number, { length }: { readonly length: number }) =>
    values.subarray(start, start + length);
  return {
    size: values.length,
    readFloat32: (start, target) => target.set(part(start, target)),
    readBfloat16: (start, target) => encodeBfloat16(part(start, target), target),
  };
}

export function sourceOf(weights: Float32Array | ParameterSource): ParameterSource {
  return weights instanceof Float32Array ? arraySource(weights) : weights;
}

/** All of a source's numbers. */
export function readAll(source: ParameterSource): Float32Array {
  const values = new Float32Array(source.size);
  source.readFloat32(0, values);
  return values;
}

/** The parameters of these names, in memory; without those that there are not. */
export function readNamed(
  weights: WeightSource,
  names: readonly string[],
): Map<string, Float32Array> {
  return new Map(
    names.flatMap((name) => {
      const found = weights.get(name);
      if (found === undefined) return [];
      return [[name, found instanceof Float32Array ? found : readAll(found)] as const];
    }),
  );
}
