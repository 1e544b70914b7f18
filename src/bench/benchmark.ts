/** What `pathloom bench` measures: a kind of work by name, on an engine, beside a peer, profiled. */
import { readFileSync } from "node:fs";
import { type Engine, type EngineChoice, type Precision, startEngine } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import type { WeightDtype } from "../../models/index.ts";
import { decodeSvg } from "../../svg/index.ts";
import type { Config } from "../config/index.ts";
import { filesOf, tokenizerOfConfig } from "../runs/index.ts";
import { type BenchResult, bench, benchWithoutEngine } from "./bench.ts";
import { BenchError } from "./errors.ts";
import { type Profile, profiled } from "./profiled.ts";
import type { RoundOptions } from "./rounds.ts";
import { type BenchShape, benchShape } from "./shapes.ts";
import type { Workload } from "./workload.ts";
import { generateWorkload } from "./workloads/generate.ts";
import { matmulWorkload, parseProductShape } from "./workloads/matmul.ts";
import { tokenizeWorkload } from "./workloads/tokenize.ts";
import { trainWorkload } from "./workloads/train.ts";

export const benchKinds = ["matmul", "train", "lora", "generate", "tokenize"] as const;
export type BenchKind = (typeof benchKinds)[number];

/** Kinds of work that an engine computes. */
type ComputedKind = Exclude<BenchKind, "tokenize">;

/** A kind takes what concerns it and passes over the rest. */
export interface BenchmarkOptions extends RoundOptions {
  /** A decoder by name, or a product's sizes as `2048x384x1536`; `quickstart`, or `1024`, unless given. */
  readonly shape?: string | undefined;
  /** Rows of a training step, or sequences generated at once. */
  readonly batch?: number | undefined;
  /** Tokens of each prompt; 16 unless given. */
  readonly promptTokens?: number | undefined;
  /** Tokens added to each sequence; 512 unless given. */
  readonly newTokens?: number | undefined;
  /** How the decoder's matrices are held; float32 unless given. */
  readonly weightDtype?: WeightDtype | undefined;
  readonly engine?: EngineChoice | undefined;
  /** What the engine computes matrix products in, and the peer under autocast; float32 unless given. */
  readonly precision?: Precision | undefined;
  /** All cores unless given. */
  readonly threads?: number | undefined;
  /** A Python with PyTorch that does the same work in turn. */
  readonly python?: string | undefined;
  /** Where a Chrome trace is written of the same work once more; true takes `trace.json`. */
  readonly profile?: string | true | undefined;
  /** Of `tokenize`: which drawings, and whose tokenizer. */
  readonly drawings?: { readonly path: string; readonly config: Config } | undefined;
  readonly notice?: ((text: string) => void) | undefined;
}

export interface Benchmarked {
  readonly result: BenchResult;
  /** Null unless it was asked for. */
  readonly profile: Profile | null;
}

/**
 * Everything that can be wrong in what is asked for is found before an engine starts.
 * @throws UsageError for a shape that there is not, or no drawings to tokenize
 * @throws BenchError where the peer is missing, or does other work than ours
 */
export async function benchmark(kind: BenchKind, options: BenchmarkOptions): Promise<Benchmarked> {
  const rounds = { rounds: options.rounds, secondsPerRound: options.secondsPerRound };
  if (kind === "tokenize") {
    return { result: await benchWithoutEngine(tokenizing(options), rounds), profile: null };
  }
  const make = workloadMaker(kind, options);
  const { engine: choice = "auto", threads = null, python = null, notice = () => {} } = options;
  const { precision = "float32" } = options;
  // As a run is trained; what only draws or scores is by what is built in.
  const measured = kind === "train" || kind === "lora";
  const { engine, reason } = await startEngine(choice, { threads, precision, measured, notice });
  let result: BenchResult;
  try {
    if (choice === "auto") notice(reason);
    result = await bench(engine, make, { ...rounds, python, precision });
  } finally {
    engine.dispose();
  }
  if (options.profile === undefined) return { result, profile: null };
  const name = engine.name as EngineChoice;
  const profile = await profiled(options.profile, (profileFolder) =>
    runTwice(make, name, { threads, precision, profileFolder, measured }),
  );
  return { result, profile };
}

async function runTwice(
  make: WorkloadMaker,
  name: EngineChoice,
  options: {
    readonly threads: number | null;
    readonly precision: Precision;
    readonly profileFolder: string;
    readonly measured: boolean;
  },
): Promise<void> {
  const { engine } = await startEngine(name, options);
  try {
    const workload = make(engine);
    try {
      workload.run(2);
    } finally {
      workload.dispose();
    }
  } finally {
    engine.dispose();
  }
}

type WorkloadMaker = (engine: Engine) => Workload;

function workloadMaker(kind: ComputedKind, options: BenchmarkOptions): WorkloadMaker {
  const { shape, batch, weightDtype = "float32" } = options;
  return refusedAsUsage(() => {
    if (kind === "matmul") {
      const product = parseProductShape(shape ?? "1024");
      return (engine) => matmulWorkload(engine, product);
    }
    const named: BenchShape = benchShape(shape ?? "quickstart");
    if (kind === "generate") {
      const { promptTokens = 16, newTokens = 512 } = options;
      const work = { batch: batch ?? 1, promptTokens, newTokens, weightDtype };
      return (engine) => generateWorkload(engine, named, work);
    }
    const rows = { ...named, batch: batch ?? named.batch };
    return (engine) => trainWorkload(engine, rows, { adapters: kind === "lora", weightDtype });
  });
}

/** At most so many drawings, the first by name: enough for a figure. */
const mostDrawings = 500;

function tokenizing({ drawings }: BenchmarkOptions): Workload {
  if (drawings === undefined) {
    throw new UsageError("--data: say which drawings to tokenize, as --data icons");
  }
  const files = filesOf(drawings.path).slice(0, mostDrawings);
  const texts = files.map((file) => decodeSvg(readFileSync(file)));
  return tokenizeWorkload(texts, tokenizerOfConfig(drawings.config));
}

/** What the bench refuses before it has begun is a mistake in what was asked for. */
function refusedAsUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
