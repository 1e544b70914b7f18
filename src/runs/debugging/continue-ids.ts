/** Continues token ids with any model, to compare with another program. */

import { startEngine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import {
  defaultSampling,
  generate,
  type SamplingOptions,
  type WeightDtype,
} from "../../../models/index.ts";
import { type LoadedModel, loadModel, type ModelRequest } from "../loading/load-model.ts";

export interface ContinueRequest extends ModelRequest {
  readonly ids: readonly number[];
  readonly maxNewTokens: number;
  readonly sampling: Partial<SamplingOptions>;
  readonly seed: number;
}

export interface Continued {
  readonly ids: readonly number[];
  /** Up to the model's end token, that included. */
  readonly newIds: readonly number[];
  readonly weightDtype: WeightDtype;
  readonly seconds: number;
}

/** @throws UsageError for ids that the model does not have; CheckpointError, HubError, ContextError */
export async function continueIds(request: ContinueRequest): Promise<Continued> {
  const { ids, maxNewTokens, sampling, seed } = request;
  const { engine } = await startEngine("onnx");
  try {
    const loaded = await loadModel(engine, request);
    const { model } = loaded;
    const unknown = ids.find((id) => id >= model.config.vocabularySize);
    if (unknown !== undefined) {
      throw new UsageError(
        `--ids: token ${unknown}; ids go from 0 to ${model.config.vocabularySize - 1}`,
      );
    }
    const began = performance.now();
    const [newIds = []] = generate(model, [ids], {
      sampling: { ...defaultSampling, ...sampling },
      seeds: [seed],
      maxNewTokens: [maxNewTokens],
      stopIds: endTokens(loaded),
      constraints: null,
    });
    const seconds = (performance.now() - began) / 1000;
    return { ids, newIds, weightDtype: model.weightDtype, seconds };
  } finally {
    engine.dispose();
  }
}

/** `eos_token_id` of generation_config.json, else of config.json: a number or several. */
function endTokens({ generationConfig, json }: LoadedModel): number[] {
  const settings: Readonly<Record<string, unknown>> = { ...json, ...generationConfig };
  return [settings.eos_token_id].flat().filter((id): id is number => typeof id === "number");
}
