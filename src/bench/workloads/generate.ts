/** Continuing prompts greedily, token by token. */

import type { Engine } from "../../../engine/index.ts";
import {
  defaultSampling,
  familyFor,
  generate,
  Model,
  type WeightDtype,
} from "../../../models/index.ts";
import type { BenchShape } from "../shapes.ts";
import type { Workload } from "../workload.ts";
import { noiseWeights } from "./noise-weights.ts";
import { randomTokens } from "./random-tokens.ts";

export interface GenerateWorkloadOptions {
  /** Sequences that are continued at once. */
  readonly batch: number;
  /** Of each prompt. */
  readonly promptTokens: number;
  /** That each prompt is continued by. */
  readonly newTokens: number;
  /** How the weights are kept; float32 unless given. */
  readonly weightDtype?: WeightDtype;
}

/** The decoder's context is made as long as the sequences need it. */
export function generateWorkload(
  engine: Engine,
  { decoder }: BenchShape,
  { batch, promptTokens, newTokens, weightDtype = "float32" }: GenerateWorkloadOptions,
): Workload {
  const config = {
    ...decoder,
    contextLength: Math.max(decoder.contextLength, promptTokens + newTokens),
  };
  const model = new Model(engine, config, noiseWeights(config), { weightDtype, frozen: true });
  const prompts = randomTokens(batch, promptTokens, config.vocabularySize, "prompts");
  const options = {
    sampling: { ...defaultSampling, temperature: 0 },
    seeds: prompts.map((_, i) => i),
    maxNewTokens: prompts.map(() => newTokens),
    stopIds: [],
    constraints: null,
  };
  return {
    summary: `${newTokens} new tokens for each of ${batch} prompts of ${promptTokens}${weightDtype === "float32" ? "" : `, weights in ${weightDtype}`}`,
    tokensPerUnit: batch * newTokens,
    parameters: model.parameterCount,
    trainedParameters: null,
    precision: weightDtype,
    peerWork: {
      kind: "generate",
      config: familyFor(config).writeConfig(config),
      prompts,
      newTokens,
    },
    run(units) {
      for (let unit = 0; unit < units; unit++) generate(model, prompts, options);
    },
    dispose: () => model.dispose(),
  };
}
