/** A model's logits for token ids, to compare with another program. */

import { startEngine } from "../../../engine/index.ts";
import { logits } from "../../../models/index.ts";
import { loadModel, type ModelRequest } from "../loading/load-model.ts";

export interface TokenLogits {
  readonly ids: readonly number[];
  /** By position of `ids`, then by id of the vocabulary. */
  readonly logits: readonly (readonly number[])[];
}

/** @throws UsageError where no model is named; RangeError for ids that it does not have */
export async function tokenLogits(
  request: ModelRequest & { readonly ids: readonly number[] },
): Promise<TokenLogits> {
  const { ids } = request;
  const { engine } = await startEngine("onnx");
  try {
    const { model } = await loadModel(engine, request);
    const values = logits(model, [ids]);
    const size = model.config.vocabularySize;
    const rows = ids.map((_, at) => [...values.subarray(at * size, (at + 1) * size)]);
    return { ids, logits: rows };
  } finally {
    engine.dispose();
  }
}

/** The likeliest ids of a position, the first `count`. */
export function likeliest(logits: readonly number[], count: number) {
  return logits
    .map((value, id) => ({ id, value }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}
