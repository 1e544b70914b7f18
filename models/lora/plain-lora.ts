/**
 * PiSSA changes the frozen matrices, so that its adapter alone says nothing to a program that has the
 * original ones. What it has learnt is the difference of two products, `B A - B0 A0` with those that
 * it started from: a plain adapter of twice the rank over the original (PEFT converts it likewise).
 */
import { type LoraAdapter, loraA } from "./lora-adapter.ts";
import type { LoraConfig } from "./lora-config.ts";
import type { LoraModule } from "./lora-modules.ts";

/**
 * @param adapter as it is now.
 * @param start as it began.
 * @returns the adapter to save; itself unless it is PiSSA's.
 */
export function asPlainLora(adapter: LoraAdapter, start: LoraAdapter): LoraAdapter {
  if (adapter.config.initialise !== "pissa") return adapter;
  const weights = new Map(adapter.weights);
  for (const module of adapter.modules) {
    const { linears, rank, inputs } = module;
    const a = loraA(module);
    const joined = new Float32Array(2 * rank * inputs);
    joined.set(adapter.weights.get(a)!);
    joined.set(start.weights.get(a)!, rank * inputs);
    weights.set(a, joined);
    for (const { path } of linears) {
      const b = `${path}.loraB`;
      weights.set(b, sideBySide(adapter.weights.get(b)!, start.weights.get(b)!, rank));
    }
  }
  const modules = adapter.modules.map((module) => ({ ...module, rank: 2 * module.rank }));
  return { ...adapter, config: doubled(adapter.config, adapter.modules), modules, weights };
}

/** The inverse of {@link asPlainLora}: the weights of the adapter that `start` became. */
export function firstRanks(
  saved: LoraAdapter,
  start: LoraAdapter,
): ReadonlyMap<string, Float32Array> {
  if (start.config.initialise !== "pissa") return saved.weights;
  const weights = new Map(saved.weights);
  for (const module of start.modules) {
    const { linears, rank, inputs } = module;
    const a = loraA(module);
    weights.set(a, saved.weights.get(a)!.slice(0, rank * inputs));
    for (const { path } of linears) {
      const both = saved.weights.get(`${path}.loraB`)!;
      const own = new Float32Array(both.length / 2);
      for (let i = 0; i < own.length; i++) {
        own[i] = both[Math.floor(i / rank) * 2 * rank + (i % rank)]!;
      }
      weights.set(`${path}.loraB`, own);
    }
  }
  return weights;
}

/** `[outputs, rank]` each to `[outputs, 2 rank]`, the second with its sign changed. */
function sideBySide(now: Float32Array, before: Float32Array, rank: number): Float32Array {
  const both = new Float32Array(2 * now.length);
  for (let i = 0; i < now.length; i++) {
    const at = Math.floor(i / rank) * 2 * rank + (i % rank);
    both[at] = now[i]!;
    both[at + rank] = -before[i]!;
  }
  return both;
}

/** Twice the ranks, with the alphas that leave every scale as it was. */
function doubled(config: LoraConfig, modules: readonly LoraModule[]): LoraConfig {
  const alphaOf = ({ scale, rank }: LoraModule) =>
    scale * (config.useRslora ? Math.sqrt(2 * rank) : 2 * rank);
  const exact = (name: string) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const others = modules.filter(
    (module) => module.rank !== config.rank || alphaOf(module) !== defaultAlpha(config),
  );
  return {
    ...config,
    initialise: "kaiming",
    rank: 2 * config.rank,
    alpha: defaultAlpha(config),
    rankPattern: Object.fromEntries(others.map(({ name, rank }) => [exact(name), 2 * rank])),
    alphaPattern: Object.fromEntries(others.map((module) => [exact(module.name), alphaOf(module)])),
  };
}

function defaultAlpha({ alpha, useRslora }: LoraConfig): number {
  return alpha * (useRslora ? Math.SQRT2 : 2);
}
