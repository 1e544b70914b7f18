/** What the configuration says of adapters, to the models. */
import { type LoraConfig, plainLora } from "../../models/index.ts";
import type { Config } from "../config/index.ts";

export function loraOptions({ lora }: Config): LoraConfig {
  return {
    ...plainLora,
    rank: lora.rank,
    alpha: lora.alpha,
    dropout: lora.dropout,
    targetModules: lora.targetModules,
    rankPattern: lora.rankPattern,
    alphaPattern: lora.alphaPattern,
    useRslora: lora.useRslora,
    useDora: lora.useDora,
    initialise: lora.init,
    modulesToSave: lora.modulesToSave,
  };
}
