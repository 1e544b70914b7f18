/** What is measured, from the options of `pathloom bench`. */
import { readFileSync } from "node:fs";
import type { Engine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { WeightDtype } from "../../../models/index.ts";
import { decodeSvg } from "../../../svg/index.ts";
import {
  BenchError,
  benchShape,
  generateWorkload,
  matmulWorkload,
  parseProductShape,
  tokenizeWorkload,
  trainWorkload,
  type Workload,
} from "../../bench/index.ts";
import { loadConfig, type Override, resolveConfig } from "../../config/index.ts";
import { filesOf } from "../tokenizing/tokenize-files.ts";
import { tokenizerOfConfig } from "../tokenizing/tokenizer-for.ts";
import { wholeNumber } from "../whole-number.ts";
import type { Kind } from "./idle-options.ts";

export interface WorkloadFlags {
  readonly shape?: string;
  readonly batch?: string;
  readonly prompt?: string;
  readonly tokens?: string;
  readonly weightDtype?: WeightDtype;
  readonly data?: string;
  readonly config?: string;
}

export type WorkloadMaker = (engine: Engine) => Workload;

/**
 * Everything that can be wrong in what is asked for is found here, before an engine starts.
 * @throws UsageError
 */
export function workloadMaker(
  kind: Exclude<Kind, "tokenize">,
  flags: WorkloadFlags,
  overrides: readonly Override[],
): WorkloadMaker {
  if (overrides.length > 0) {
    throw new UsageError(`--${overrides[0]!.path}: the bench has shapes of its own; see --shape`);
  }
  return refusedAsUsage(() => {
    if (kind === "matmul") {
      const shape = parseProductShape(flags.shape ?? "1024");
      return (engine) => matmulWorkload(engine, shape);
    }
    const named = benchShape(flags.shape ?? "quickstart");
    if (kind === "generate") return generateMaker(named, flags);
    const batch = flags.batch === undefined ? named.batch : wholeNumber("--batch", flags.batch);
    const { weightDtype = "float32" } = flags;
    return (engine) =>
      trainWorkload(engine, { ...named, batch }, { adapters: kind === "lora", weightDtype });
  });
}

function generateMaker(shape: ReturnType<typeof benchShape>, flags: WorkloadFlags): WorkloadMaker {
  const options = {
    batch: wholeNumber("--batch", flags.batch ?? "1"),
    promptTokens: wholeNumber("--prompt", flags.prompt ?? "16"),
    newTokens: wholeNumber("--tokens", flags.tokens ?? "512"),
    weightDtype: flags.weightDtype ?? "float32",
  };
  return (engine) => generateWorkload(engine, shape, options);
}

/** At most so many drawings, the first by name: enough for a figure. */
const mostDrawings = 500;

/** @throws UsageError without drawings. */
export function tokenizing(flags: WorkloadFlags, overrides: readonly Override[]): Workload {
  if (flags.data === undefined) {
    throw new UsageError("--data: say which drawings to tokenize, as --data icons");
  }
  const config =
    flags.config === undefined ? resolveConfig({}, overrides) : loadConfig(flags.config, overrides);
  const files = filesOf(flags.data).slice(0, mostDrawings);
  const texts = files.map((file) => decodeSvg(readFileSync(file)));
  return tokenizeWorkload(texts, tokenizerOfConfig(config));
}

/** What the bench refuses before it has begun is a mistake in the command. */
function refusedAsUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
