/** The engines that `auto` does not take on every machine, by the same training steps and the same peer. */
import { isQuiet } from "../measuring/machine.ts";
import { count, listOf, percent, table } from "../measuring/page.ts";
import type { Measurement } from "./measurements.ts";
import type { Measured } from "./page.ts";

export const otherEngines = ["openvino", "xla"] as const;
export type OtherEngine = (typeof otherEngines)[number];

export interface EngineMeasurement extends Measurement {
  readonly engine: OtherEngine;
  readonly precision: "float32" | "bfloat16";
}

interface EngineWork {
  readonly title: string;
  readonly kind: "train" | "lora";
  readonly shape: string;
  /** About what a step takes in float32, ours and the peer's. */
  readonly seconds: Readonly<Record<1 | 2, readonly [ours: number, peer: number]>>;
}

/** The training rows of the page's first table. */
const works: readonly EngineWork[] = [
  trained("gpt2-12m", { 1: [1.3, 1.2], 2: [0.75, 0.7] }),
  trained("quickstart", { 1: [0.28, 0.27], 2: [0.15, 0.14] }),
  trained("gpt2-12m-long", { 1: [2, 1.8], 2: [1.2, 1] }),
  {
    title: "adapters of rank 16, llama-100m",
    kind: "lora",
    shape: "llama-100m",
    seconds: { 1: [3.8, 4.4], 2: [2.2, 2.1] },
  },
];

function trained(shape: string, seconds: EngineWork["seconds"]): EngineWork {
  return { title: `training, ${shape}`, kind: "train", shape, seconds };
}

/** Compiling, of which `onnx` has next to nothing. */
const compiling: Readonly<Record<OtherEngine, number>> = { openvino: 5, xla: 25 };

/** A round's, of which there are many: half of those of the page's first table. */
const roundSeconds = 1;

/** In both precisions, on one thread and on two; the peer's in bfloat16 is PyTorch's autocast. */
export function engineMeasurements(engines: readonly OtherEngine[]): EngineMeasurement[] {
  return engines.flatMap((engine) =>
    (["float32", "bfloat16"] as const).flatMap((precision) =>
      works.flatMap(({ title, kind, shape, seconds }) =>
        ([1, 2] as const).map((threads) => ({
          title,
          engine,
          precision,
          threads,
          args: [
            ...[kind, "--shape", shape, "--precision", precision],
            ...["--seconds", String(roundSeconds)],
          ],
          // What was aimed at: PyTorch's speed under its autocast, and a tenth more.
          ratio: precision === "bfloat16" ? 1.1 : 1,
          memory: 0.9,
          unitSeconds: seconds[threads],
          startSeconds: compiling[engine],
          roundSeconds,
        })),
      ),
    ),
  );
}

export type MeasuredEngine = EngineMeasurement & Omit<Measured, keyof Measurement>;

/** Of docs/performance.md. */
export function enginesSection(measured: readonly MeasuredEngine[], machine: string): string {
  const busy = Math.max(...measured.map((each) => each.busy ?? 0));
  const notice = isQuiet(busy)
    ? ""
    : ` **The machine had other work at the same time**, on up to ${percent(busy, 0)} of its cores.`;
  const { rounds } = measured[0]!.result;
  return `Measured by \`npm run bench:performance -- --python .venv --engines ${enginesOf(measured)}\` on ${listOf(measured.map(({ date }) => date))}, commit ${listOf(measured.map(({ commit }) => commit))}, ${machine}; ${listOf(
    measured.map(({ result }) => result.engine),
    "; ",
  )}. The median of ${rounds} rounds in turn with the peer, which computes in the same precision (bfloat16 by PyTorch's autocast).${notice}

${table(
  [
    ...["work", "engine", "precision", "threads", "ours, tokens/s", "peer, tokens/s", "ratio"],
    ...["spread, ours", "spread, peer", "ours, MB", "peer, MB", "memory's ratio"],
  ],
  measured.map(rowOf),
)}`;
}

const enginesOf = (measured: readonly MeasuredEngine[]): string =>
  listOf(
    measured.map(({ engine }) => engine),
    ",",
  );

function rowOf({ title, engine, precision, threads, result }: MeasuredEngine): string[] {
  const { peakMemoryBytes: ours, peerPeakMemoryBytes: theirs, peer } = result;
  const spread = ([lowest, highest]: readonly [number, number]) =>
    `${percent(lowest - 1, 0)} to +${percent(highest - 1, 0)}`;
  return [
    title,
    engine,
    precision,
    String(threads),
    count(Math.round(result.tokensPerSecond)),
    count(Math.round(peer.tokensPerSecond)),
    `**${result.ratio.toFixed(2)}**`,
    spread(result.spread),
    spread(peer.spread),
    count(Math.round(ours / 1e6)),
    count(Math.round(theirs / 1e6)),
    (ours / theirs).toFixed(2),
  ];
}
