/** adapter_config.json of PEFT, both ways. What changes the numbers and is not supported is refused. */
import { z } from "zod";
import type { LoraAdapter, LoraConfig } from "../../models/index.ts";

const off = z.union([z.literal(false), z.null()]).optional();
const numbers = z.record(z.string().max(500), z.number().positive());

const indices = z.array(z.number().int().nonnegative()).min(1).max(10_000_000);

const schema = z.object({
  peft_type: z.literal("LORA"),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  lora_dropout: z.number().min(0).max(0.95).default(0),
  rank_pattern: numbers.nullish(),
  alpha_pattern: numbers.nullish(),
  target_modules: z.union([z.string(), z.array(z.string())]).nullish(),
  layers_to_transform: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  use_rslora: z.boolean().default(false),
  use_dora: z.boolean().default(false),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  bias: z.literal("none").default("none"),
  lora_bias: off,
  use_qalora: off,
  use_bdlora: off,
  trainable_token_indices: z.union([indices, z.record(z.string().max(500), indices)]).nullish(),
  target_parameters: z.union([z.null(), z.array(z.string()).max(0)]).optional(),
  layer_replication: z.null().optional(),
  alora_invocation_tokens: z.null().optional(),
  base_model_name_or_path: z.string().nullish(),
});

/** Ways to start that leave the base as it is; PiSSA, OLoRA, CorDA, LoRA-GA and LoftQ do not. */
const harmlessStarts = ["gaussian", "eva", "orthogonal"];

export interface PeftConfig {
  readonly lora: LoraConfig;
  /** The model that the adapter was trained over, by its name on the Hub or its folder. */
  readonly base: string | null;
  /** Rows of tables that the adapter replaces. */
  readonly rows: readonly SavedRows[];
}

/** Rows in PEFT's words: `trainable_token_indices`. */
export interface SavedRows {
  /** A module whose name ends with this; null for the embeddings, whatever their name. */
  readonly module: string | null;
  readonly ids: readonly number[];
}

/** @returns the config, or why it is refused. */
export function readPeftConfig(json: unknown): PeftConfig | string {
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    return `adapter_config.json: ${issue.path.join(".")}: ${issue.message}`;
  }
  const read = result.data;
  const start = read.init_lora_weights ?? true;
  if (typeof start === "string" && !harmlessStarts.includes(start)) {
    return `adapter_config.json: init_lora_weights: "${start.slice(0, 40)}" changes the base model when it starts, so that the adapter does not fit the model as it was; save it in Python with save_pretrained(…, path_initial_model_for_weight_conversion=…), or merge it there`;
  }
  const layers = read.layers_to_transform ?? null;
  return {
    rows: savedRows(read.trainable_token_indices ?? {}),
    base: read.base_model_name_or_path ?? null,
    lora: {
      rank: read.r,
      alpha: read.lora_alpha,
      rankPattern: read.rank_pattern ?? {},
      alphaPattern: read.alpha_pattern ?? {},
      dropout: read.lora_dropout,
      targetModules: targets(read.target_modules ?? []),
      layers: layers === null ? null : [layers].flat(),
      useRslora: read.use_rslora,
      useDora: read.use_dora,
      initialise: "kaiming",
      modulesToSave: read.modules_to_save ?? [],
    },
  };
}

function savedRows(
  trained: readonly number[] | Readonly<Record<string, readonly number[]>>,
): SavedRows[] {
  if (Array.isArray(trained)) return [{ module: null, ids: trained }];
  return Object.entries(trained).map(([module, ids]) => ({ module, ids }));
}

function targets(modules: string | readonly string[]): LoraConfig["targetModules"] {
  if (typeof modules !== "string") return modules;
  return modules === "all-linear" ? modules : { pattern: modules };
}

/**
 * @param base on the Hub, or its folder; null where it has no name.
 * @param rows that the adapter replaces.
 */
export function writePeftConfig(
  { config, modules }: LoraAdapter,
  base: string | null,
  rows: readonly SavedRows[],
): Record<string, unknown> {
  const { targetModules: chosen } = config;
  return {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: base,
    inference_mode: true,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    rank_pattern: config.rankPattern,
    alpha_pattern: config.alphaPattern,
    target_modules:
      typeof chosen === "object" && "pattern" in chosen ? chosen.pattern : modules.map(nameOf),
    modules_to_save: config.modulesToSave.length === 0 ? null : config.modulesToSave,
    trainable_token_indices:
      rows.length === 0 ? null : Object.fromEntries(rows.map(({ module, ids }) => [module, ids])),
    layers_to_transform: null,
    use_rslora: config.useRslora,
    use_dora: config.useDora,
    fan_in_fan_out: modules.some((module) => module.transposed),
    bias: "none",
    init_lora_weights: true,
  };
}

const nameOf = ({ name }: { readonly name: string }): string => name;
