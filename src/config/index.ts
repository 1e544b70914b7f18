/** One schema: validation, defaults, types, help and documentation of every configuration. */
export { ConfigError } from "./errors.ts";
export { type ConfigKey, type ConfigSection, configSections, namesUnder, suggest } from "./keys.ts";
export { loadConfig, type Override, parseConfig, resolveConfig } from "./load.ts";
export { defaultRecipe, packagedRecipes, type Recipe, recipeFile } from "./recipes.ts";
export { withTodaysKeys } from "./renamed-keys.ts";
export {
  type Config,
  type ConfigInput,
  configSchema,
  type DataConfig,
  type EvaluateConfig,
  type GenerateConfig,
  type LoraSection,
  type ModelConfig,
  type ReportConfig,
  type ServeConfig,
  type ServeInput,
  type SweepConfig,
  type TokenizerConfig,
  type TrainConfig,
  type VocabularyConfig,
} from "./schema.ts";
export { serveSection } from "./sections/serve.ts";
export { type SourceEntry, sourceEntries, sourceText } from "./sections/source.ts";
export { configPage, configToYaml } from "./write.ts";
