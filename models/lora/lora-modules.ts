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

/** All linear layers but the head. */
export function linearModules(family: Family, config: DecoderConfig): LinearModule[] {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  return family.tensors(config).flatMap(({ tensor, parameters, groups, transposed }) => {
    const parts = parameters.map((name) => ({ name, shape: shapes.get(name)! }));
    const { name: first, shape } = parts[0]!;
    if (!first.startsWith("layers.") || shape.length !== 2) return [];
    const linears = parts.map((part) => ({
      path: part.name.replace(/\.weight$/, ""),
      outputs: part.shape[0]!,
    }));
    const name = tensor.replace(/\.weight$/, "");
    return [{ name, linears, inputs: shape[1]!, groups, transposed }];
  });
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
    ({ name, linears }) =>
      isTarget(name, lora) && (layers === null || layers.includes(layerOf(linears[0]!.path))),
  );
  if (chosen.length === 0) {
    const names = [...new Set(all.map(({ name }) => name.replace(/^.*\.\d+\./, "")))].join(", ");
    throw new AdapterError(
      `no linear layer is adapted by targets ${JSON.stringify(targets)}; a layer of this model has ${names}`,
    );
  }
  return chosen.map((module) => withRank(module, lora));
}

function layerOf(path: string): number {
  return Number(path.split(".")[1]);
}

function isTarget(name: string, { targetModules: targets }: LoraConfig): boolean {
  if (targets === "all-linear") return true;
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
