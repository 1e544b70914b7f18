/** Runs side by side: what each needs for the held-out drawings that all of them can hold. */
import seedrandom from "seedrandom";
import { type Corpus, type TokenDataset, targetsOf, tokenizeEntries } from "../../data/index.ts";
import { type Engine, startEngine } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import type { Config } from "../config/index.ts";
import {
  commonDrawings,
  drawingLogLikelihoods,
  type HeldOutScore,
  heldOutScore,
  IconSet,
  pick,
  type Resemblance,
  resemblance,
  samplesOf,
} from "../evaluate/index.ts";
import { SvgGenerator } from "../generate/index.ts";
import {
  configOf,
  contextLengthOf,
  drawingTokenizerOf,
  drawOptions,
  loadSource,
  readDrawings,
} from "../runs/index.ts";

/**
 * One run of several that were scored on the same drawings.
 * @example
 * const compared: ComparedRun[] = await compareRuns(["runs/small", "runs/large"]);
 * for (const { run, common } of compared) console.log(run, common.bitsPerDrawing);
 */
export interface ComparedRun {
  readonly run: string;
  /** Held-out drawings that this run's model can hold. */
  readonly heldOut: number;
  /** Of the run's best model, over the drawings that all compared runs hold out and can hold. */
  readonly common: HeldOutScore;
  /** Its drawings of captions that all were trained on, and of common held-out ones; null where none were drawn. */
  readonly likeness: {
    readonly trained: Resemblance | null;
    readonly heldOut: Resemblance | null;
  };
}

export interface CompareRunsOptions {
  /** Told of damaged checkpoints that are passed over. */
  readonly notice?: (text: string) => void;
  /** Captions that each run draws to be compared with the real icons, of each kind; 0 unless given. */
  readonly drawn?: number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** Of the choice of captions and of the intervals. */
const seed = "compare";

/**
 * Scores the best model of each run on the same drawings, each after the same caption. Bits a drawing
 * compare runs of different vocabularies too; nats a token do not.
 * @param folders of runs over the same drawings
 * @throws UsageError where there is no drawing that all of them hold out and can hold
 * @throws SourceError, CheckpointError
 * @example
 * for (const { run, common } of await compareRuns(["runs/a", "runs/b"], { notice: console.warn })) {
 *   console.log(run, common.bitsPerDrawing.toFixed(1));
 * }
 */
export async function compareRuns(
  folders: readonly string[],
  options: CompareRunsOptions = {},
): Promise<ComparedRun[]> {
  const { notice = () => {}, drawn = 0, onProgress } = options;
  const { engine } = await startEngine("onnx");
  try {
    const reader = new DrawingReader();
    const parts: RunDrawings[] = [];
    for (const [index, folder] of folders.entries()) {
      onProgress?.("reading the drawings", index, folders.length);
      parts.push(await drawingsOf(engine, folder, reader, notice));
    }
    const common = commonDrawings(parts.map(({ heldOut }) => heldOut));
    if (common.length === 0) {
      throw new UsageError(
        `${folders.join(", ")}: there is no drawing that all of these runs hold out and can hold; compare runs over the same drawings, with contexts that hold some of them`,
      );
    }
    const trained = drawn === 0 ? [] : commonDrawings(parts.map(({ train }) => train));
    const captions = {
      trained: pick(trained, drawn, seedrandom(`${seed}/trained`)).map(({ caption }) => caption),
      heldOut: pick(common, drawn, seedrandom(`${seed}/heldOut`)).map(({ caption }) => caption),
    };
    const compared: ComparedRun[] = [];
    for (const [index, run] of folders.entries()) {
      onProgress?.(drawn === 0 ? "scoring" : "scoring and drawing", index, folders.length);
      const part = parts[index]!;
      const { model, tokenizer, config } = await opened(engine, run, notice);
      try {
        const samples = samplesOf(part.heldOut, common);
        const { pad } = tokenizer.vocabulary.special;
        const likely = drawingLogLikelihoods(model, samples, pad);
        const nats = -likely.reduce((sum, each) => sum + each, 0);
        const tokens = samples.reduce((sum, sample) => {
          const [from, to] = targetsOf(sample);
          return sum + to - from;
        }, 0);
        const generator = new SvgGenerator(model, tokenizer);
        const context = contextLengthOf(config.model, model.config.contextLength);
        const likenessOf = (kind: keyof typeof captions): Resemblance | null => {
          const asked = captions[kind];
          if (asked.length === 0 || part.icons.size === 0) return null;
          const made = generator.draw(asked, drawOptions(config.generate, context));
          const drawings = made.map(({ prompt, drawing }) => ({ caption: prompt, drawing }));
          return resemblance(drawings, part.icons, `${seed}/${kind}`);
        };
        compared.push({
          run,
          heldOut: part.heldOut.size,
          common: heldOutScore(nats, tokens, samples.length),
          likeness: { trained: likenessOf("trained"), heldOut: likenessOf("heldOut") },
        });
      } finally {
        model.dispose();
      }
    }
    onProgress?.("scoring", folders.length, folders.length);
    return compared;
  } finally {
    engine.dispose();
  }
}

interface RunDrawings {
  readonly train: TokenDataset;
  readonly heldOut: TokenDataset;
  readonly icons: IconSet;
}

/** Reads and tokenizes once what several runs have alike. */
class DrawingReader {
  readonly #corpora = new Map<string, { readonly corpus: Corpus; readonly icons: IconSet }>();
  readonly #drawings = new Map<string, RunDrawings>();

  /** @param context longest sample in tokens */
  async read({ data }: Config, tokenizer: SvgTokenizer, context: number): Promise<RunDrawings> {
    const source = JSON.stringify([data, tokenizer.canonical]);
    const known = this.#corpora.get(source) ?? (await corpusOf(data, tokenizer));
    this.#corpora.set(source, known);
    const maxTokens = Math.min(data.maxTokens ?? context, context);
    const key = JSON.stringify([source, tokenizer.toJSON(), maxTokens]);
    const tokenized = (entries: Corpus["train"]) =>
      tokenizeEntries(entries, tokenizer, { maxTokens }).dataset;
    const drawings = this.#drawings.get(key) ?? {
      train: tokenized(known.corpus.train),
      heldOut: tokenized(known.corpus.heldOut),
      icons: known.icons,
    };
    this.#drawings.set(key, drawings);
    return drawings;
  }
}

async function corpusOf(data: Config["data"], { canonical }: SvgTokenizer) {
  const corpus = await readDrawings(data, canonical);
  return { corpus, icons: new IconSet([...corpus.train, ...corpus.heldOut]) };
}

async function drawingsOf(
  engine: Engine,
  folder: string,
  reader: DrawingReader,
  notice: (text: string) => void,
): Promise<RunDrawings> {
  const { model, tokenizer, config } = await opened(engine, folder, notice);
  const context = contextLengthOf(config.model, model.config.contextLength);
  model.dispose();
  return reader.read(config, tokenizer, context);
}

async function opened(engine: Engine, folder: string, notice: (text: string) => void) {
  const config = configOf(folder);
  const loaded = await loadSource(engine, { run: folder }, "float32", notice);
  return { model: loaded.model, tokenizer: drawingTokenizerOf(loaded), config };
}
