/**
 * More tokens for a pretrained decoder: rows are added to the embedding table, to the head where it
 * is not the table, and to its bias. What the decoder computes for the old tokens does not change.
 */
import seedrandom from "seedrandom";
import { type DecoderConfig, ModelConfigError } from "./decoder/config.ts";
import { fillNormal } from "./decoder/random.ts";

export interface VocabularyExtension {
  /**
   * Id of the first new token: the size of the old tokenizer. Published tables often have more rows
   * than their tokenizer has tokens; the spare ones are used first. Some have fewer (Gemma 3 1B): tokens
   * without a row get the mean of the others.
   */
  readonly firstId: number;
  /** How many tokens are new. */
  readonly count: number;
  /** The table's rows become a multiple of this, for the speed of matrix products. */
  readonly multipleOf: number;
  readonly initialise: RowInitialisation;
}

/** Rows that no token has are the mean of the old rows: a zero row's logit could be the largest. */
export type RowInitialisation =
  /**
   * The mean of the rows of what describes the token in the old vocabulary, one list of ids a token
   * (LLM4SVG, Xing et al. 2024, arXiv 2412.11102).
   */
  | { readonly kind: "descriptions"; readonly ids: readonly (readonly number[])[] }
  /**
   * Normal, with the old rows' mean, and their covariance times `covarianceScale` (Hewitt 2021,
   * "Initializing New Word Embeddings"); `transformers` takes 1e-9.
   */
  | { readonly kind: "distribution"; readonly seed: number; readonly covarianceScale: number }
  | { readonly kind: "zeros" };

export interface ExtendedDecoder {
  readonly config: DecoderConfig;
  readonly weights: Map<string, Float32Array>;
}

/** Tokenizers number their tokens below; a larger first id is a fault. */
const mostTokens = 2 ** 22;

/** Parameters with one row a token. */
export const tablesOfTokens = ["embedding.weight", "head.weight", "head.bias"] as const;

/**
 * The decoder with the new tokens. Arrays that do not change are shared with `weights`.
 * @throws ModelConfigError when ids are out of range, or descriptions are missing or empty.
 */
export function extendVocabulary(
  config: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
  extension: VocabularyExtension,
): ExtendedDecoder {
  check(config, extension);
  const { firstId, count, multipleOf } = extension;
  const needed = Math.ceil((firstId + count) / multipleOf) * multipleOf;
  const rows = Math.max(config.vocabularySize, needed);
  const extended = new Map(weights);
  for (const name of tablesOfTokens) {
    const table = weights.get(name);
    if (table !== undefined) extended.set(name, extendTable(name, table, config, rows, extension));
  }
  return { config: { ...config, vocabularySize: rows }, weights: extended };
}

function check(
  config: DecoderConfig,
  { firstId, count, multipleOf, initialise }: VocabularyExtension,
) {
  const size = config.vocabularySize;
  if (!Number.isInteger(firstId) || firstId < 1 || firstId > Math.max(size, mostTokens)) {
    throw new ModelConfigError(
      `new tokens start at id ${firstId}, but the model has rows 0 to ${size - 1}: give the size of its tokenizer`,
    );
  }
  if (!Number.isInteger(count) || count < 0 || !Number.isInteger(multipleOf) || multipleOf < 1) {
    throw new ModelConfigError(`${count} new tokens, rows in multiples of ${multipleOf}`);
  }
  if (initialise.kind !== "descriptions") return;
  if (initialise.ids.length !== count) {
    throw new ModelConfigError(`${count} new tokens have ${initialise.ids.length} descriptions`);
  }
  for (const [token, ids] of initialise.ids.entries()) {
    const unknown = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= firstId);
    if (ids.length === 0 || unknown !== undefined) {
      throw new ModelConfigError(
        `the description of new token ${token} ${ids.length === 0 ? "is empty" : `has id ${unknown}`}: needs ids from 0 to ${firstId - 1}`,
      );
    }
  }
}

function extendTable(
  name: string,
  old: Float32Array,
  config: DecoderConfig,
  rows: number,
  { firstId, count, initialise }: VocabularyExtension,
): Float32Array {
  const width = old.length / config.vocabularySize;
  const table = new Float32Array(rows * width);
  table.set(old);
  const known = new Rows(old, width, Math.min(firstId, config.vocabularySize));
  const mean = known.mean();
  for (let row = config.vocabularySize; row < rows; row++) table.set(mean, row * width);
  for (let token = 0; token < count; token++) {
    const row = newRow(known, mean, token, initialise, name);
    table.set(row, (firstId + token) * width);
  }
  return table;
}

function newRow(
  known: Rows,
  mean: Float32Array,
  token: number,
  initialise: RowInitialisation,
  table: string,
): Float32Array {
  if (initialise.kind === "zeros") return new Float32Array(mean.length);
  if (initialise.kind === "descriptions") return known.meanOf(initialise.ids[token]!);
  const random = seedrandom(`${initialise.seed}/${table}/${token}`);
  return known.draw(mean, Math.sqrt(initialise.covarianceScale), random);
}

/** Rows that a new row's normal deviation is mixed from; more change nothing but the time. */
const mixedRows = 256;

/** The rows of the old tokens. */
class Rows {
  readonly #data: Float32Array;
  readonly #width: number;
  readonly #count: number;

  constructor(data: Float32Array, width: number, count: number) {
    this.#data = data;
    this.#width = width;
    this.#count = count;
  }

  mean(): Float32Array {
    return this.meanOf(null);
  }

  /** Of the rows with these ids; of all where they are not given, or none has a row. */
  meanOf(ids: readonly number[] | null): Float32Array {
    const known = ids?.filter((id) => id < this.#count);
    if (known?.length === 0) return this.mean();
    const count = known?.length ?? this.#count;
    const sums = new Float64Array(this.#width);
    for (let i = 0; i < count; i++) {
      const offset = (known?.[i] ?? i) * this.#width;
      for (let column = 0; column < sums.length; column++) {
        sums[column] = sums[column]! + this.#data[offset + column]!;
      }
    }
    return Float32Array.from(sums, (sum) => sum / count);
  }

  /**
   * The mean plus a random mix of centred rows: the rows' own covariance, times `spread` squared,
   * without a matrix of `width` by `width`.
   */
  draw(mean: Float32Array, spread: number, random: () => number): Float32Array {
    const weights = fillNormal(new Float32Array(mixedRows), spread / Math.sqrt(mixedRows), random);
    const row = Float64Array.from(mean);
    for (const weight of weights) {
      const offset = Math.floor(random() * this.#count) * this.#width;
      for (let column = 0; column < row.length; column++) {
        row[column] = row[column]! + weight * (this.#data[offset + column]! - mean[column]!);
      }
    }
    return Float32Array.from(row);
  }
}
