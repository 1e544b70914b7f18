/** One schema: validation, defaults, types, help and documentation of every configuration. */

/** The names that keys of the configuration choose among. */
export { type EngineChoice, engineNames, type Precision } from "../../engine/index.ts";
export { cacheDtypes, type WeightDtype, weightDtypes } from "../../models/index.ts";
export type {
  Config,
  ConfigInput,
  DataConfig,
  DataConfigInput,
  DistributedConfig,
  DistributedConfigInput,
  DpoConfig,
  DpoConfigInput,
  EvaluateConfig,
  EvaluateConfigInput,
  GenerateConfig,
  GenerateConfigInput,
  LoraSection,
  LoraSectionInput,
  ModelConfig,
  ModelConfigInput,
  RejectionConfig,
  RejectionConfigInput,
  ReportConfig,
  ReportConfigInput,
  ServeConfig,
  ServeConfigInput as ServeInput,
  SweepConfig,
  SweepConfigInput,
  SynthesizeConfig,
  SynthesizeConfigInput,
  TokenizerConfig,
  TokenizerConfigInput,
  TraceConfig,
  TraceConfigInput,
  TrainConfig,
  TrainConfigInput,
  VocabularyConfig,
  VocabularyConfigInput,
} from "./config-types.ts";
export { countedInSteps } from "./counted-in-steps.ts";
export { ConfigError } from "./errors.ts";
export { type ConfigKey, type ConfigSection, configSections, namesUnder, suggest } from "./keys.ts";
export { loadConfig, type Override, parseConfig, resolveConfig } from "./load.ts";
export { defaultRecipe, packagedRecipes, type Recipe, recipeFile } from "./recipes.ts";
export { withTodaysKeys } from "./renamed-keys.ts";
export { configSchema } from "./schema.ts";
export { type MetricName, metricNames } from "./sections/evaluate.ts";
export { serveSection } from "./sections/serve.ts";
export { type SourceEntry, sourceEntries, sourceText } from "./sections/source.ts";
export { type TaskEntry, taskEntries } from "./sections/task.ts";
export { configPage, configToYaml } from "./write.ts";
export { configTypes } from "./write-types.ts";
