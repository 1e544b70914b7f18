/** Seeded initial weights, as GPT-2's: normal, the projections into the residual stream narrowed. */
import seedrandom from "seedrandom";
import { sizeOf } from "../../engine/index.ts";
import type { TokenStructure } from "../../tokenizer/index.ts";
import type { DecoderConfig } from "./config.ts";
import { orderRows } from "./ordered-rows.ts";
import { type ParameterSpec, parameterSpecs } from "./parameters.ts";
import { fillNormal } from "./random.ts";

export interface InitialiseOptions {
  /** Every parameter draws from its own stream, so that adding one leaves the others as they were. */
  readonly seed: number;
  /** Standard deviation of the normal ones. */
  readonly std?: number;
  /** What is known of the tokens: their rows then begin in order (see `orderRows`). */
  readonly tokens?: TokenStructure;
  /** Which parameters; all unless given. */
  readonly only?: (name: string) => boolean;
}

/** The embeddings and, where it is a matrix of its own, the head. */
const tokenTables = ["embedding.weight", "head.weight"];

/** Initial values by parameter name. */
export function initialWeights(
  config: DecoderConfig,
  { seed, std = 0.02, tokens, only = () => true }: InitialiseOptions,
): Map<string, Float32Array> {
  const residualStd = std / Math.sqrt(2 * config.layers);
  const weights = new Map(
    parameterSpecs(config).flatMap((spec) => {
      if (!only(spec.name)) return [];
      const deviation = spec.init === "residual" ? residualStd : std;
      return [[spec.name, initialValues(spec, deviation, seed)] as const];
    }),
  );
  if (tokens === undefined) return weights;
  for (const name of tokenTables) {
    const rows = weights.get(name);
    if (rows !== undefined) orderRows(rows, config.hiddenSize, tokens, { seed, std });
  }
  return weights;
}

function initialValues(spec: ParameterSpec, std: number, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  if (spec.init === "ones") return values.fill(1);
  if (spec.init === "zeros") return values;
  if (spec.init === "logDecay") {
    const random = seedrandom(`${seed}/${spec.name}`);
    return values.map(() => Math.log(0.01 + (16 - 0.01) * random()));
  }
  return fillNormal(values, std, seedrandom(`${seed}/${spec.name}`));
}
