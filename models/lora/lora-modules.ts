/**
 * The modules of a decoder that an adapter changes. A module is a linear layer as the checkpoint's
 * family keeps it: where a family fuses queries, keys and values, one `A` serves all three, and `B`
 * is cut among them.
 */
import type { DecoderConfig } from "../decoder/config.ts";
import { parameterSpecs } from "../decoder/parameters.ts";
import type { Family } from "../families/index.ts";
import { AdapterError, type LoraConfig } from "./lora-config.ts";
import { endsWithPattern, isWholePattern } from "./name-pattern.ts";

/** A linear layer, or several fused, that can be adapted. */
export interface LinearModule {
  /** The tables of tokens are adapted only where they are named. */
  readonly kind: ModuleKind;
  /** In the checkpoint, without `.weight`: as `model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  /** Our linear layers in it. */
  readonly linears: readonly LinearPart[];
  readonly inputs: number;
  /** How the parts' rows are interleaved, see `TensorMapping`. */
  readonly groups: number;
  /** Whether the checkpoint keeps it transposed (PEFT's `fan_in_fan_out`). */
  readonly transposed: boolean;
}

/**
 * `embedding` is the table of tokens' embeddings as a layer whose input is the token: the columns of `A`
 * are the tokens', and `outputs` the channels. The other two multiply their input.
 */
export type ModuleKind = "linear" | "head" | "embedding";

export interface LinearPart {
  /** As `layers.0.attention.query`. */
  readonly path: string;
  readonly outputs: number;
}

export interface LoraModule extends LinearModule {
  readonly rank: number;
  /** Multiplies `B A`. */
  readonly scale: number;
}

/** All linear layers, the head and the table of embeddings among them. */
export function linearModules(family: Family, config: DecoderConfig): LinearModule[] {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  return family.tensors(config).flatMap(({ tensor, parameters, groups, transposed }) => {
    const parts = parameters.map((name) => ({ name, shape: shapes.get(name)! }));
    const { name: first, shape } = parts[0]!;
    const kind = kindOf(first);
    if (kind === null || shape.length !== 2) return [];
    const [outputs, inputs] = kind === "embedding" ? [1, 0] : [0, 1];
    const linears = parts.map((part) => ({
      path: part.name.replace(/\.weight$/, ""),
      outputs: part.shape[outputs]!,
    }));
    const name = tensor.replace(/\.weight$/, "");
    return [{ kind, name, linears, inputs: shape[inputs]!, groups, transposed }];
  });
}

function kindOf(parameter: string): ModuleKind | null {
  if (parameter.startsWith("layers.")) return "linear";
  if (parameter === "head.weight") return "head";
  return parameter === "embedding.weight" ? "embedding" : null;
}

/** @throws AdapterError when the config names modules that the decoder does not have. */
export function targetedModules(
  family: Family,
  config: DecoderConfig,
  lora: LoraConfig,
): LoraModule[] {
  const all = linearModules(family, config);
  const { layers, targetModules: targets } = lora;
  const chosen = all.filter(
    (module) =>
      isTarget(module, lora) &&
      (layers === null || layers.includes(layerOf(module.linears[0]!.path))),
  );
  if (chosen.length === 0) {
    const inner = all.filter(({ kind }) => kind === "linear");
    const names = [...new Set(inner.map(({ name }) => name.replace(/^.*\.\d+\./, "")))].join(", ");
    throw new AdapterError(
      `no linear layer is adapted by targets ${JSON.stringify(targets)}; a layer of this model has ${names}`,
    );
  }
  return chosen.map((module) => withRank(module, lora));
}

function layerOf(path: string): number {
  return Number(path.split(".")[1]);
}

function isTarget({ name, kind }: LinearModule, { targetModules: targets }: LoraConfig): boolean {
  if (targets === "all-linear") return kind === "linear";
  if ("pattern" in targets) return isWholePattern(targets.pattern, name);
  return targets.some((target) => name === target || name.endsWith(`.${target}`));
}

/** @param rank where it is known already, from the shape of `A`. */
export function withRank(module: LinearModule, lora: LoraConfig, rank?: number): LoraModule {
  const own = rank ?? patternValue(lora.rankPattern, module.name) ?? lora.rank;
  const alpha = patternValue(lora.alphaPattern, module.name) ?? lora.alpha;
  if (!Number.isInteger(own) || own < 1) {
    throw new AdapterError(`the rank of ${module.name} is ${own}: needs a positive integer`);
  }
  const scale = alpha / (lora.useRslora ? Math.sqrt(own) : own);
  return { ...module, rank: own, scale };
}

function patternValue(
  patterns: Readonly<Record<string, number>>,
  name: string,
): number | undefined {
  return Object.entries(patterns).find(([pattern]) => endsWithPattern(pattern, name))?.[1];
}
