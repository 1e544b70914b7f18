/**
 * The one description of a configuration. Validation, defaults, types, command-line help and
 * `docs/configuration.md` all come from it.
 */
import { z } from "zod";
import { dataSection } from "./sections/data.ts";
import { generateSection } from "./sections/generate.ts";
import { modelSection } from "./sections/model.ts";
import { reportSection } from "./sections/report.ts";
import { tokenizerSection } from "./sections/tokenizer.ts";
import { trainSection } from "./sections/train.ts";

export const configSchema = z.strictObject({
  data: dataSection,
  tokenizer: tokenizerSection,
  model: modelSection,
  train: trainSection,
  generate: generateSection,
  report: reportSection,
});

/** A configuration with every default filled in. */
export type Config = z.output<typeof configSchema>;
/** What a user may write: everything is optional. */
export type ConfigInput = z.input<typeof configSchema>;

export type DataConfig = Config["data"];
export type TokenizerConfig = Config["tokenizer"];
export type ModelConfig = Config["model"];
export type TrainConfig = Config["train"];
export type GenerateConfig = Config["generate"];
export type ReportConfig = Config["report"];
