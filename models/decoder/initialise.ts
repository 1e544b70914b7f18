/** Seeded initial weights, as GPT-2's: normal, the projections into the residual stream narrowed. */
import seedrandom from "seedrandom";
import { sizeOf } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import { type ParameterSpec, parameterSpecs } from "./parameters.ts";
import { fillNormal } from "./random.ts";

export interface InitialiseOptions {
  /** Every parameter draws from its own stream, so that adding one leaves the others as they were. */
  readonly seed: number;
  /** Standard deviation of the normal ones. */
  readonly std?: number;
}

/** Initial values by parameter name. */
export function initialWeights(
  config: DecoderConfig,
  { seed, std = 0.02 }: InitialiseOptions,
): Map<string, Float32Array> {
  const residualStd = std / Math.sqrt(2 * config.layers);
  return new Map(
    parameterSpecs(config).map((spec) => {
      const deviation = spec.init === "residual" ? residualStd : std;
      return [spec.name, initialValues(spec, deviation, seed)];
    }),
  );
}

function initialValues(spec: ParameterSpec, std: number, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  if (spec.init === "ones") return values.fill(1);
  if (spec.init === "zeros") return values;
  return fillNormal(values, std, seedrandom(`${seed}/${spec.name}`));
}
