/**
 * Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): a frozen matrix `W` is used as
 * `W + scale B A`, and only the narrow `A` and `B` are trained. The options are those of PEFT.
 */
import { PathloomError } from "../../errors/index.ts";

/**
 * Size, place and kind of an adapter, by the names of PEFT.
 * @example
 * import { plainLora } from "pathloom/models";
 *
 * const lora: LoraConfig = { ...plainLora, rank: 16, alpha: 32, targetModules: ["q_proj", "v_proj"] };
 */
export interface LoraConfig {
  /** Rows of `A` and columns of `B`. */
  readonly rank: number;
  /** The scale is `alpha / rank`. */
  readonly alpha: number;
  /** Ranks and alphas of modules whose name ends with a pattern (a regular expression). */
  readonly rankPattern: Readonly<Record<string, number>>;
  readonly alphaPattern: Readonly<Record<string, number>>;
  /** Part of `A`'s inputs that is dropped in training. */
  readonly dropout: number;
  readonly targetModules: LoraTargets;
  /** Layers that are adapted, from 0; null for all. */
  readonly layers: readonly number[] | null;
  /** The scale is `alpha / sqrt(rank)` (rsLoRA, Kalajdzievski 2023, arXiv 2312.03732). */
  readonly useRslora: boolean;
  /** The length of each of the matrix's rows is trained by itself (DoRA, Liu et al. 2024, arXiv 2402.09353). */
  readonly useDora: boolean;
  readonly initialise: LoraInitialisation;
  /** Modules trained whole and kept with the adapter, as `embed_tokens` and `lm_head`. */
  readonly modulesToSave: readonly string[];
}

/**
 * `all-linear`: every linear layer but the head. A list: modules whose name is one of these or ends
 * with one, as `q_proj`. A pattern: modules whose whole name matches the regular expression.
 */
export type LoraTargets = "all-linear" | readonly string[] | { readonly pattern: string };

/**
 * `kaiming` and `gaussian` draw `A` and start with `B = 0`; `pissa` starts from the matrix's largest
 * singular directions and keeps the rest frozen (Meng et al. 2024, arXiv 2404.02948).
 */
export type LoraInitialisation = "kaiming" | "gaussian" | "pissa";

export const plainLora: LoraConfig = {
  rank: 8,
  alpha: 16,
  rankPattern: {},
  alphaPattern: {},
  dropout: 0,
  targetModules: "all-linear",
  layers: null,
  useRslora: false,
  useDora: false,
  initialise: "kaiming",
  modulesToSave: [],
};

export class AdapterError extends PathloomError {
  override readonly name: string = "AdapterError";
  override readonly code: string = "ERR_ADAPTER";
}
