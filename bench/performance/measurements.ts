/** What is measured for docs/performance.md, and what it is meant to reach. */

export interface Measurement {
  /** As the page's table calls it. */
  readonly title: string;
  readonly threads: 1 | 2;
  /** Of `pathloom bench`. */
  readonly args: readonly string[];
  /** Our speed by the peer's, at least. */
  readonly ratio: number;
  /** Our peak memory by the peer's, at most; null where nothing was aimed at. */
  readonly memory: number | null;
  /** About what a unit of the work takes, ours and the peer's, on two cores with AVX-512. */
  readonly unitSeconds: Pair;
  /** That an engine needs beside what every process does; none unless given. */
  readonly startSeconds?: number;
  /** That a round of ours takes at least; 2 unless given. */
  readonly roundSeconds?: number;
}

/** Ours and the peer's. */
type Pair = readonly [ours: number, peer: number];
type ByThreads<T> = { readonly 1: T; readonly 2: T };

type Work = Omit<Measurement, "threads" | "ratio" | "unitSeconds"> & {
  readonly ratios: ByThreads<number>;
  readonly seconds: ByThreads<Pair>;
};

interface Training {
  readonly title: string;
  readonly kind?: "lora";
  readonly shape: string;
  readonly ratios: ByThreads<number>;
  readonly memory?: number | null;
  readonly seconds: ByThreads<Pair>;
}

function training({ kind, shape, memory = 0.9, ...rest }: Training): Work {
  return { ...rest, memory, args: [kind ?? "train", "--shape", shape] };
}

interface Generation {
  readonly shape: string;
  readonly batch: number;
  readonly ratio: number;
  readonly weightDtype?: string;
  /** New tokens of a sequence, where 512 would take minutes a round. */
  readonly brief?: number;
  /** About how many a second, ours and the peer's. */
  readonly speeds: ByThreads<Pair>;
}

function generation(
  { shape, batch, ratio, weightDtype = "float32", brief = wholeTokens, speeds }: Generation,
  full: boolean,
): Work {
  const tokens = full ? wholeTokens : brief;
  const secondsAt = (speed: number) => (batch * tokens) / speed;
  const seconds = ([ours, peer]: Pair): Pair => [secondsAt(ours), secondsAt(peer)];
  const kept = weightDtype === "float32" ? [] : ["--weight-dtype", weightDtype];
  return {
    title: `generation of ${tokens} tokens, ${shape}, batch ${batch}${weightDtype === "float32" ? "" : `, weights in ${weightDtype}`}`,
    args: [
      ...["generate", "--shape", shape, "--batch", String(batch), "--tokens", String(tokens)],
      ...kept,
    ],
    ratios: { 1: ratio, 2: ratio },
    memory: null,
    seconds: { 1: seconds(speeds[1]), 2: seconds(speeds[2]) },
  };
}

const wholeTokens = 512;

/** @param full generates 512 tokens everywhere, which takes most of an hour. */
export function measurements(full: boolean): Measurement[] {
  const works: Work[] = [
    training({
      title: "training, gpt2-12m",
      shape: "gpt2-12m",
      ratios: { 1: 1, 2: 1.1 },
      seconds: { 1: [1.3, 1.2], 2: [0.75, 0.7] },
    }),
    training({
      title: "training, quickstart",
      shape: "quickstart",
      ratios: { 1: 1.5, 2: 1.5 },
      memory: null,
      seconds: { 1: [0.28, 0.27], 2: [0.15, 0.14] },
    }),
    training({
      title: "adapters of rank 16, llama-100m",
      kind: "lora",
      shape: "llama-100m",
      ratios: { 1: 1, 2: 1.2 },
      seconds: { 1: [3.8, 4.4], 2: [2.2, 2.1] },
    }),
    training({
      title: "training, gpt2-12m-long",
      shape: "gpt2-12m-long",
      ratios: { 1: 1, 2: 1 },
      seconds: { 1: [2, 1.8], 2: [1.2, 1] },
    }),
    ...generations.map((each) => generation(each, full)),
  ];
  return works.flatMap(({ ratios, seconds, ...work }) =>
    ([1, 2] as const).map((threads) => ({
      ...work,
      threads,
      ratio: ratios[threads],
      unitSeconds: seconds[threads],
    })),
  );
}

const generations: readonly Generation[] = [
  { shape: "gpt2-12m", batch: 1, ratio: 2, speeds: { 1: [439, 198], 2: [722, 259] } },
  {
    shape: "llama-100m",
    batch: 1,
    ratio: 1.3,
    brief: 128,
    speeds: { 1: [28, 27], 2: [54, 43] },
  },
  {
    shape: "llama-100m",
    batch: 1,
    ratio: 2.5,
    weightDtype: "int4",
    brief: 128,
    speeds: { 1: [254, 27], 2: [413, 47] },
  },
  {
    shape: "gpt2-12m",
    batch: 16,
    ratio: 1,
    brief: 256,
    speeds: { 1: [1838, 872], 2: [2839, 1318] },
  },
  {
    shape: "llama-100m",
    batch: 16,
    ratio: 1,
    brief: 64,
    speeds: { 1: [271, 161], 2: [468, 297] },
  },
];

/** Of both processes and what they load, of compiling, and of finding the machine's peak. */
const startSeconds = 12;
/** That a round of ours takes at least, as `pathloom bench` has it. */
const usualRoundSeconds = 2;
/** Units that each warms up by. */
const warmUpUnits = 2;

/**
 * About how long a measurement takes, for people who wait. Ours finds how many units make a round by
 * doubling them up to a quarter of one, which takes half a round.
 */
export function expectedSeconds(each: Measurement, rounds: number): number {
  const { unitSeconds, startSeconds: more = 0, roundSeconds = usualRoundSeconds } = each;
  const [ours, peer] = unitSeconds;
  const units = Math.max(1, Math.ceil(roundSeconds / ours));
  const finding = units === 1 ? 0 : (units / 2) * ours;
  return startSeconds + more + finding + (warmUpUnits + rounds * units) * (ours + peer);
}
