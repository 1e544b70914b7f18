/** Families of published models: their config.json, and the names and layouts of their tensors. */
import type { DecoderConfig } from "../decoder/config.ts";
import { arcee } from "./arcee.ts";
import { bloom } from "./bloom.ts";
import { cohere } from "./cohere.ts";
import { ernie45 } from "./ernie4-5.ts";
import { falcon } from "./falcon.ts";
import { type ConfigJson, type Family, FamilyError } from "./family.ts";
import { gemma1 } from "./gemma1.ts";
import { gemma2 } from "./gemma2.ts";
import { gemma3 } from "./gemma3.ts";
import { glm, glm4 } from "./glm.ts";
import { gptBigcode } from "./gpt-bigcode.ts";
import { gptNeox } from "./gpt-neox.ts";
import { gpt2 } from "./gpt2.ts";
import { gptj } from "./gptj.ts";
import { granite } from "./granite.ts";
import { helium } from "./helium.ts";
import { llama } from "./llama.ts";
import { ministral } from "./ministral.ts";
import { ministral3 } from "./ministral3.ts";
import { mistral } from "./mistral.ts";
import { mpt } from "./mpt.ts";
import { nanochat } from "./nanochat.ts";
import { olmo } from "./olmo.ts";
import { olmo2 } from "./olmo2.ts";
import { olmo3 } from "./olmo3.ts";
import { pathloom } from "./pathloom.ts";
import { phi } from "./phi.ts";
import { phi3 } from "./phi3.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { qwen35, qwen35Text } from "./qwen3-5.ts";
import { seedOss } from "./seed-oss.ts";
import { smollm3 } from "./smollm3.ts";
import { starcoder2 } from "./starcoder2.ts";
import { refusal } from "./unsupported.ts";
import { whyNot } from "./why-not.ts";

export { fromTensors, parameterSources, type TensorSource, toTensors } from "./convert.ts";
export {
  type ConfigJson,
  type Family,
  FamilyError,
  type NamedTensor,
  namesInFiles,
  type TensorMapping,
} from "./family.ts";
export { futureFamily, futureKey, readFuture, withoutFuture } from "./future-tensors.ts";
export { modelTypes, transformersVersion } from "./model-types.ts";
export {
  cutRows,
  joinRows,
  packTensor,
  type Shapes,
  shapesByName,
  tensorShape,
  transpose,
  unpackTensor,
} from "./tensor-layout.ts";
export { nearestType, whyUnsupported } from "./unsupported.ts";
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
  starcoder2,
  smollm3,
  olmo2,
  olmo3,
  granite,
  ministral,
  ministral3,
  nanochat,
  bloom,
  mpt,
  gemma1,
  gptBigcode,
  gptNeox,
  olmo,
  arcee,
  seedOss,
  glm,
  glm4,
  helium,
  ernie45,
  cohere,
  gptj,
  qwen35Text,
  qwen35,
  pathloom,
];

/** Values of `model_type` that load. */
const modelTypesThatLoad: readonly string[] = families.map((each) => each.modelType);

/** The family of a config.json. @throws FamilyError when its `model_type` is not supported. */
export function familyOf(json: ConfigJson): Family {
  const family = families.find((each) => each.modelType === json.model_type);
  if (family !== undefined) return family;
  throw new FamilyError(refusal(json.model_type, modelTypesThatLoad));
}

/** The published family that holds a decoder of this config, heads of tokens further on aside, or our own layout. */
export function familyFor(config: DecoderConfig): Family {
  return families.find((family) => whyNot(family, config) === null) ?? pathloom;
}
