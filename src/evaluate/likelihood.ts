/** How likely a model holds given drawings to be, each after its own caption. */

import { type Batch, ignoreIndex, layOut, packBestFit, type Sample } from "../../data/index.ts";
import { type Graph, ops } from "../../engine/index.ts";
import { decoder, head, type Model } from "../../models/index.ts";

/** Logits of a pass, at most: 256 MB of them. */
const mostLogits = 2 ** 26;
const mostPlaces = 2048;

/**
 * The sum of ln p over the tokens of each sample's drawing after the one that opens it, its caption
 * given. Samples are packed into rows in which they cannot see each other.
 * @param pad id of the padding token.
 * @param onProgress is told of samples that are done, of how many.
 * @returns as many as samples, in their order.
 * @throws RangeError when a sample is longer than the model's context.
 * @example
 * const { pad } = tokenizer.vocabulary.special;
 * const { ids, drawingStart } = encodeSample(tokenizer, { caption: "heart", drawing });
 * const sample = { tokens: Int32Array.from(ids), drawingStart };
 * const [nats] = drawingLogLikelihoods(model, [sample], pad);
 */
export function drawingLogLikelihoods(
  model: Model,
  samples: readonly Sample[],
  pad: number,
  onProgress?: (done: number, total: number) => void,
): Float64Array {
  const { contextLength, vocabularySize } = sizes(model);
  const lengths = samples.map(({ tokens }) => tokens.length - 1);
  const longest = Math.max(1, ...lengths);
  if (longest > contextLength) {
    throw new RangeError(`a sample of ${longest + 1} tokens is longer than ${contextLength}`);
  }
  const sequenceLength = Math.min(contextLength, 2 ** Math.ceil(Math.log2(Math.max(longest, 64))));
  const most = Math.min(mostPlaces, Math.floor(mostLogits / vocabularySize));
  const rows = Math.max(1, Math.floor(most / sequenceLength));
  const plan = packBestFit(lengths, sequenceLength);
  const found = new Float64Array(samples.length);
  const scorer = new Scorer(model, rows, sequenceLength);
  try {
    for (let first = 0, done = 0; first < plan.length; first += rows) {
      const part = plan.slice(first, first + rows);
      const batch = layOut(
        part.map((row) => row.map((sample) => samples[sample]!)),
        { rows, sequenceLength, pad },
        "drawing",
      );
      const nats = scorer.score(batch);
      for (const [row, members] of part.entries()) {
        let place = row * sequenceLength;
        for (const sample of members) {
          const end = place + lengths[sample]!;
          // Places that do not count have a loss of 0.
          for (; place < end; place++) found[sample]! -= nats[place]!;
        }
        done += members.length;
      }
      onProgress?.(done, samples.length);
    }
    return found;
  } finally {
    scorer.dispose();
  }
}

function sizes({ config }: Model) {
  return { contextLength: config.contextLength, vocabularySize: config.vocabularySize };
}

/** The program of one shape and what it reads and writes. */
class Scorer {
  readonly #model: Model;
  readonly #shape: readonly [rows: number, sequenceLength: number];
  readonly #inputs: Readonly<Record<(typeof names)[number], ReturnType<typeof integers>>>;
  readonly #nats: ReturnType<Model["engine"]["buffer"]>;

  constructor(model: Model, rows: number, sequenceLength: number) {
    this.#model = model;
    this.#shape = [rows, sequenceLength];
    const input = () => integers(model, this.#shape);
    this.#inputs = { tokens: input(), positions: input(), segments: input(), targets: input() };
    this.#nats = model.engine.buffer({ dtype: "float32", shape: [rows * sequenceLength] });
  }

  /** @returns -ln p of each place's target, 0 where it does not count; read before the next call. */
  score(batch: Batch): Float32Array {
    for (const name of names) this.#inputs[name].write(batch[name]);
    const { model, shape } = { model: this.#model, shape: this.#shape };
    model.programs
      .get(
        `score ${shape.join("x")}`,
        (graph) => addScores(graph, model, shape),
        undefined,
        model.prepackableForGeneration,
      )
      .run({ ...model.parameterBuffers, ...this.#inputs }, { nats: this.#nats });
    return this.#nats.read() as Float32Array;
  }

  dispose(): void {
    for (const buffer of Object.values(this.#inputs)) buffer.dispose();
    this.#nats.dispose();
  }
}

const names = ["tokens", "positions", "segments", "targets"] as const;

function integers({ engine }: Model, shape: readonly number[]) {
  return engine.buffer({ dtype: "int32", shape });
}

function addScores(graph: Graph, model: Model, shape: readonly [number, number]): void {
  const { config } = model;
  const positions = shape[0] * shape[1];
  const input = (name: string) => graph.input(name, shape, "int32");
  const { weights } = model.weightsIn(graph);
  const { hidden } = decoder(config, weights, {
    tokens: input("tokens"),
    positions: input("positions"),
    segments: input("segments"),
    caches: null,
  });
  const logits = head(config, weights, ops.reshape(hidden, [positions, config.hiddenSize]));
  const targets = ops.reshape(input("targets"), [positions]);
  const counted = ops.not(ops.equal(targets, ignoreIndex));
  const losses = ops.subtract(
    ops.logSumExp(logits),
    ops.takeAlongLast(logits, ops.select(counted, targets, 0)),
  );
  graph.output("nats", ops.select(counted, losses, 0));
}
