/** The optimisers by name. */
import type { Engine } from "../../engine/index.ts";
import { Adafactor } from "./adafactor.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import { AdamW8bit } from "./adamw-8bit.ts";
import { Lion } from "./lion.ts";
import { Muon } from "./muon.ts";
import type { OptimisedParameter, Optimizer } from "./optimizer.ts";
import { Sgd } from "./sgd.ts";

export type OptimizerName = "adamw" | "adamw-8bit" | "muon" | "adafactor" | "lion" | "sgd";

/** An optimiser's name and figures; each formula takes those that it knows. */
export interface OptimizerOptions extends AdamWOptions {
  /** `adamw` unless given. */
  readonly name?: OptimizerName;
  /** Of `muon` and `sgd`; 0.95 unless given. */
  readonly momentum?: number;
  /** Of `sgd`; false unless given. */
  readonly nesterov?: boolean;
}

export function makeOptimizer(
  engine: Engine,
  parameters: readonly OptimisedParameter[],
  options: OptimizerOptions,
): Optimizer {
  const { name = "adamw", momentum = 0.95, nesterov = false, weightDecay } = options;
  switch (name) {
    case "adamw":
      return new AdamW(engine, parameters, options);
    case "adamw-8bit":
      return new AdamW8bit(engine, parameters, options);
    case "muon":
      return new Muon(engine, parameters, { momentum, weightDecay, rest: options });
    case "adafactor":
      return new Adafactor(engine, parameters, options);
    case "lion":
      return new Lion(engine, parameters, options);
    case "sgd":
      return new Sgd(engine, parameters, { momentum, nesterov, weightDecay });
  }
}
