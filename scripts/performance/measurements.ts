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
}

type Work = Omit<Measurement, "threads" | "ratio"> & {
  readonly ratios: { readonly 1: number; readonly 2: number };
};

function training(title: string, shape: string, ratios: Work["ratios"], memory = true): Work {
  return { title, args: ["train", "--shape", shape], ratios, memory: memory ? 0.9 : null };
}

interface Generation {
  readonly shape: string;
  readonly batch: number;
  readonly ratio: number;
  readonly weights?: string;
  /** New tokens of a sequence, where 512 would take minutes a round. */
  readonly brief?: number;
}

function generation(
  { shape, batch, ratio, weights = "float32", brief = wholeTokens }: Generation,
  full: boolean,
): Work {
  const tokens = full ? wholeTokens : brief;
  const kept = weights === "float32" ? [] : ["--weights", weights];
  return {
    title: `generation of ${tokens} tokens, ${shape}, batch ${batch}${weights === "float32" ? "" : `, weights in ${weights}`}`,
    args: [
      ...["generate", "--shape", shape, "--batch", String(batch), "--tokens", String(tokens)],
      ...kept,
    ],
    ratios: { 1: ratio, 2: ratio },
    memory: null,
  };
}

const wholeTokens = 512;

/** @param full generates 512 tokens everywhere, which takes most of an hour. */
export function measurements(full: boolean): Measurement[] {
  const lora: Work = {
    ...training("adapters of rank 16, llama-100m", "llama-100m", { 1: 1, 2: 1.2 }),
    args: ["lora", "--shape", "llama-100m"],
  };
  const works: Work[] = [
    training("training, gpt2-12m", "gpt2-12m", { 1: 1, 2: 1.1 }),
    training("training, quickstart", "quickstart", { 1: 1.5, 2: 1.5 }, false),
    lora,
    training("training, gpt2-12m-long", "gpt2-12m-long", { 1: 1, 2: 1 }),
    ...[
      { shape: "gpt2-12m", batch: 1, ratio: 2 },
      { shape: "llama-100m", batch: 1, ratio: 1.3, brief: 128 },
      { shape: "llama-100m", batch: 1, ratio: 2.5, weights: "int4", brief: 128 },
      { shape: "gpt2-12m", batch: 16, ratio: 1, brief: 256 },
      { shape: "llama-100m", batch: 16, ratio: 1, brief: 64 },
    ].map((each) => generation(each, full)),
  ];
  return works.flatMap(({ ratios, ...work }) =>
    ([1, 2] as const).map((threads) => ({ ...work, threads, ratio: ratios[threads] })),
  );
}
