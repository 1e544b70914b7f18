/** What the configuration says of adapters, to the models. */
import { type LoraConfig, plainLora } from "../../models/index.ts";
import type { Config } from "../../src/config/index.ts";

export function loraOptions({ lora }: Config): LoraConfig {
  return {
    ...plainLora,
    rank: lora.rank,
    alpha: lora.alpha,
    dropout: lora.dropout,
    targets: lora.targets,
    rankPattern: lora.rankPattern,
    alphaPattern: lora.alphaPattern,
    rankStabilised: lora.rslora,
    decomposed: lora.dora,
    initialise: lora.init,
    savedModules: lora.savedModules,
  };
}
