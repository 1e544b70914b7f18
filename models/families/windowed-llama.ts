/** Llama whose layers may have a sliding window: what Mistral, Ministral and Phi-3 are besides their names. */
import { type DecoderConfig, layerBiases } from "../decoder/config.ts";
import { type LlamaLikeJson, llamaSwitches, readSizes } from "./llama-like.ts";
import { readWindow, type WindowJson } from "./window-json.ts";

type WindowedLlamaJson = LlamaLikeJson &
  WindowJson & { readonly rms_norm_eps: number; readonly tie_word_embeddings: boolean };

/** @throws FamilyError when layers slide and no size is given, or other layers are listed than there are. */
export function readWindowedLlama(json: WindowedLlamaJson, sizes = readSizes(json)): DecoderConfig {
  const window = readWindow(json, json.num_hidden_layers, () => true);
  return {
    ...llamaSwitches,
    ...sizes,
    normEpsilon: json.rms_norm_eps,
    attention: { ...llamaSwitches.attention, window },
    biases: layerBiases(false),
    tieEmbeddings: json.tie_word_embeddings,
  };
}
