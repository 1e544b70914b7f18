/** Families of published models: their config.json, and the names and layouts of their tensors. */
import type { DecoderConfig } from "../decoder/config.ts";
import { falcon } from "./falcon.ts";
import { type ConfigJson, type Family, FamilyError } from "./family.ts";
import { gemma2 } from "./gemma2.ts";
import { gemma3 } from "./gemma3.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import { pathloom } from "./pathloom.ts";
import { phi } from "./phi.ts";
import { phi3 } from "./phi3.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { whyNot } from "./why-not.ts";

export { fromTensors, parameterSources, type TensorSource, toTensors } from "./convert.ts";
export {
  type ConfigJson,
  type Family,
  FamilyError,
  type NamedTensor,
  type TensorMapping,
} from "./family.ts";
export {
  cutRows,
  joinRows,
  packTensor,
  shapesByName,
  tensorShape,
  transpose,
  unpackTensor,
} from "./tensor-layout.ts";
export { whyNot } from "./why-not.ts";

/** The first that can hold a decoder is the one that it is saved as. */
export const families: readonly Family[] = [
  gpt2,
  llama,
  mistral,
  qwen2,
  qwen3,
  phi,
  phi3,
  gemma2,
  gemma3,
  falcon,
  pathloom,
];

/** The family of a config.json. @throws FamilyError when its `model_type` is not supported. */
export function familyOf(json: ConfigJson): Family {
  const family = families.find((each) => each.modelType === json.model_type);
  if (family !== undefined) return family;
  const known = families.map((each) => each.modelType).join(", ");
  throw new FamilyError(
    `config.json: model_type ${JSON.stringify(json.model_type)} is not supported; supported are ${known}`,
  );
}

/** The published family that holds a decoder of this config, or our own layout. */
export function familyFor(config: DecoderConfig): Family {
  return families.find((family) => whyNot(family, config) === null) ?? pathloom;
}
