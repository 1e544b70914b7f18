/**
 * `pathloom evaluate` with captions, as a call: models and other systems draw them, or drew them, all
 * metrics judge the drawings, and one page tells it.
 */
import { relative } from "node:path";
import seedrandom from "seedrandom";
import { UsageError } from "../../errors/index.ts";
import type { WeightDtype } from "../../models/index.ts";
import { type Config, type Override, resolveConfig } from "../config/index.ts";
import { pick } from "../evaluate/index.ts";
import {
  Encoders,
  type JudgedDrawing,
  JudgedSet,
  type Metric,
  type MetricName,
  metricNames,
  metrics,
  pairedDifference,
  type Score,
  scoreDrawings,
  type TrainedDrawings,
} from "../metrics/index.ts";
import type { JudgedSystem, Judgement, SideBySide } from "../report/index.ts";
import { sourceAndConfig } from "../runs/index.ts";
import type { Benchmark } from "./benchmark/benchmark.ts";
import { heldOutBenchmark } from "./benchmark/held-out.ts";
import { readBenchmark } from "./benchmark/read-benchmark.ts";
import { type DrawRequest, drawnBy } from "./systems/drawn.ts";
import { type FoundDrawing, foundDrawings } from "./systems/found-drawings.ts";
import { type ModelSystem, type NamedSystem, systemsOf } from "./systems/named-system.ts";
import { type JudgementFiles, writeJudgement } from "./write.ts";

/**
 * What is drawn, by whom, and how it is judged.
 * @example
 * const options: JudgeOptions = {
 *   ...{ data: "benchmarks/SArena/Icon/generation", limit: 200, out: "evaluation" },
 *   systems: [{ name: "ours", run: "runs/icons" }, { name: "other", drawings: "outputs/other" }],
 * };
 */
export interface JudgeOptions {
  /** In their order; the first is the one that others are compared with. The released model unless given. */
  readonly systems?: readonly NamedSystem[];
  /** What {@link readBenchmark} reads; null takes what the first run holds out. */
  readonly data: string | null;
  /** Of what is held out of training: the drawings that are not, too. */
  readonly all?: boolean;
  /** Captions at most, chosen by `evaluate.seed`; all unless given. */
  readonly limit?: number | null;
  /** One part of the benchmark alone, as `icon`. */
  readonly part?: string | null;
  /** Where page, sheet, tables and drawings go; nothing is written without it. */
  readonly out?: string | null;
  readonly title?: string;
  /** Of the models' configurations: `generate`, `evaluate`, `train.engine` and `train.threads`. */
  readonly overrides?: readonly Override[];
  readonly weightDtype?: WeightDtype | undefined;
  readonly notice?: (text: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** @example const { judgement, files } = await judgeSystems({ data: "captions.txt", out: "evaluation" }); */
export interface Judged {
  readonly judgement: Judgement;
  /** Null where nothing was written. */
  readonly files: JudgementFiles | null;
}

/**
 * Draws, judges, compares and writes `report.html`, `report.md`, `report.json`, `sheet.png`,
 * `drawings.jsonl` and `drawings/`.
 * @throws UsageError where two systems have one name, or no caption is left
 * @throws SourceError, ConfigError, CheckpointError, HubError, StorageError
 * @example
 * const { judgement } = await judgeSystems({ data: "captions.txt", limit: 100 });
 * for (const { name, scores } of judgement.systems) console.log(name, scores[0]?.estimate?.value);
 */
export async function judgeSystems(options: JudgeOptions): Promise<Judged> {
  const { overrides = [], notice = () => {}, onProgress = () => {} } = options;
  const systems = systemsOf(options.systems ?? []);
  const config = configOf(systems, overrides);
  const { evaluate } = config;
  const benchmark = chosenItems(
    await benchmarkOf(options, systems, config),
    options,
    evaluate.seed,
  );
  const chosen = metricsOf(evaluate.metrics);
  const pictures = evaluate.pictures === null ? null : await picturesOf(evaluate.pictures);
  // Before anything is drawn, so that what is not there is told at once.
  const found = new Map<string, FoundDrawing[]>();
  for (const system of systems) {
    if (isModel(system)) continue;
    found.set(system.name, await foundDrawings(system.drawings, benchmark.items));
  }
  const encoders = new Encoders(evaluate, config.train.threads ?? 1);
  const judged: DrawnAndJudged[] = [];
  try {
    for (const system of systems) {
      const drawn = await drawingsOf(system, benchmark, found.get(system.name) ?? null, {
        ...{ overrides, notice, free: evaluate.free, weightDtype: options.weightDtype },
        trained: chosen.includes(metrics.novelty),
        onProgress: (done, total) => onProgress(`drawing, ${system.name}`, done, total),
      });
      const { trained } = drawn;
      const set = new JudgedSet(drawn.drawings, {
        trained,
        pictures,
        encoders,
        seed: evaluate.seed,
      });
      const scores = await scoreDrawings(set, chosen, (done, total) =>
        onProgress(`judging, ${system.name}`, done, total),
      );
      judged.push({ system, ...drawn, scores });
    }
  } finally {
    await encoders.dispose();
  }
  const judgement = judgementOf(benchmark, judged, config, options);
  const files =
    options.out == null ? null : writeJudgement(options.out, judgement, judged.map(asFiles));
  return { judgement, files };
}

interface DrawnAndJudged {
  readonly system: NamedSystem;
  readonly drawings: readonly JudgedDrawing[];
  readonly trained: TrainedDrawings | null;
  readonly how: string;
  readonly notes: readonly string[];
  readonly scores: readonly Score[];
}

/** Of the first model; what it says of drawing counts for that model alone. */
function configOf(systems: readonly NamedSystem[], overrides: readonly Override[]): Config {
  const first = systems.find(isModel);
  const otherwise = () => resolveConfig({}, overrides);
  return first === undefined ? otherwise() : sourceAndConfig(first, overrides, otherwise).config;
}

function isModel(system: NamedSystem): system is ModelSystem {
  return !("drawings" in system);
}

function metricsOf(names: readonly MetricName[] | null): Metric[] {
  const wanted = names ?? metricNames;
  return metricNames.filter((name) => wanted.includes(name)).map((name) => metrics[name]);
}

async function benchmarkOf(
  { data, all = false, overrides = [] }: JudgeOptions,
  systems: readonly NamedSystem[],
  config: Config,
): Promise<Benchmark> {
  if (data !== null) return readBenchmark(data);
  const model = systems.find(isModel);
  if (model === undefined) {
    throw new UsageError(
      "say what is drawn, by --data or --prompts: only a run knows which drawings it holds out",
    );
  }
  return heldOutBenchmark(model, config, overrides, all);
}

/** The same ones for one seed, in the benchmark's order. @throws UsageError where none is left. */
function chosenItems(
  benchmark: Benchmark,
  { part = null, limit = null }: JudgeOptions,
  seed: number,
): Benchmark {
  const placed = benchmark.items.map((item, place) => ({ ...item, place }));
  const own = placed.filter((item) => part === null || item.part === part);
  if (own.length === 0) {
    const known = [...new Set(benchmark.items.map((item) => item.part))].filter(
      (one) => one !== null,
    );
    throw new UsageError(
      `there is no caption of the part ${JSON.stringify(part)}; there ${known.length === 0 ? "are no parts" : `are ${known.join(", ")}`}`,
    );
  }
  if (limit === null || limit >= own.length) return { ...benchmark, items: own };
  const chosen = new Set(pick([...own.keys()], limit, seedrandom(`${seed}/captions`)));
  return { ...benchmark, items: own.filter((_, index) => chosen.has(index)) };
}

async function picturesOf(name: string): Promise<string[]> {
  const { items } = await readBenchmark(name);
  return items.flatMap(({ reference }) => reference ?? []);
}

async function drawingsOf(
  system: NamedSystem,
  { items }: Benchmark,
  found: readonly FoundDrawing[] | null,
  request: DrawRequest,
): Promise<Omit<DrawnAndJudged, "system" | "scores">> {
  if (!isModel(system)) {
    const drawn = found ?? [];
    const missing = drawn.filter(({ svg }) => svg === null).length;
    return {
      drawings: items.map((item, i) => ({ ...itemFields(item), ...drawn[i]!, ended: null })),
      trained: null,
      how: `drawings in ${system.drawings}`,
      notes: missing === 0 ? [] : [`${captionsOf(missing)} without a drawing`],
    };
  }
  const { drawings, trained, how, tooLong, checkpoint } = await drawnBy(system, items, request);
  return {
    drawings: items.map((item, i) => ({ ...itemFields(item), ...drawings[i]! })),
    trained,
    how: `${shortPath(checkpoint)}, ${how}`,
    notes:
      tooLong === 0
        ? []
        : [`${captionsOf(tooLong)} without room for a drawing, and so without one`],
  };
}

const captionsOf = (count: number) => `${count} ${count === 1 ? "caption" : "captions"}`;

const itemFields = ({ id, caption, reference }: Benchmark["items"][number]) => ({
  ...{ id, caption, reference },
});

/** From the working folder where it lies below it. */
function shortPath(folder: string): string {
  const below = relative(process.cwd(), folder);
  return below === "" || below.startsWith("..") ? folder : below;
}

function judgementOf(
  benchmark: Benchmark,
  judged: readonly DrawnAndJudged[],
  { evaluate }: Config,
  { title }: JudgeOptions,
): Judgement {
  const { name, items, left, notRun = [] } = benchmark;
  const counts = new Map<string, number>();
  for (const { part } of items) if (part !== null) counts.set(part, (counts.get(part) ?? 0) + 1);
  const parts = counts.size > 1 ? counts : new Map<string, number>();
  const shown = pick([...items.keys()], evaluate.shown, seedrandom(`${evaluate.seed}/shown`));
  return {
    title: title ?? `Evaluation: ${name}`,
    benchmark: {
      ...{ name, captions: items.length, left: left.length, parts, notRun },
      referenced: items.filter(({ reference }) => reference !== null).length,
    },
    systems: judged.map((one, index) =>
      systemOf(one, index === 0 ? null : judged[0]!, evaluate.seed),
    ),
    byPart: new Map(
      [...parts.keys()].map((part) => [part, judged.map((one) => meansOf(one, items, part))]),
    ),
    rows: shown
      .sort((a, b) => a - b)
      .map((index): SideBySide => {
        const { caption, part, reference } = items[index]!;
        return {
          caption,
          part,
          reference,
          drawn: judged.map(({ drawings }) => drawings[index]!.svg),
        };
      }),
    seed: evaluate.seed,
  };
}

function systemOf(
  { system, how, notes, scores }: DrawnAndJudged,
  first: DrawnAndJudged | null,
  seed: number,
): JudgedSystem {
  const differences = scores.flatMap((score, index) => {
    const difference = first === null ? null : pairedDifference(score, first.scores[index]!, seed);
    return difference === null ? [] : [[score.figure.key, difference] as const];
  });
  return { name: system.name, how, notes, scores, differences: new Map(differences) };
}

function meansOf(
  { scores }: DrawnAndJudged,
  items: Benchmark["items"],
  part: string,
): Map<string, number> {
  const means = scores.flatMap(({ figure, values }) => {
    const own = (values ?? []).filter((value, i) => value !== null && items[i]!.part === part);
    const sum = own.reduce<number>((total, value) => total + value!, 0);
    return own.length === 0 ? [] : [[figure.key, sum / own.length] as const];
  });
  return new Map(means);
}

const asFiles = ({ system, drawings, scores }: DrawnAndJudged) => ({
  ...{ name: system.name, drawings, scores },
});
