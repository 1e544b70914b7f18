/** Collects the samples of a dataset one by one. */
import { encodeTaskPrompt, type SvgTokenizer, type Task } from "../../tokenizer/index.ts";
import type { CorpusEntry } from "../corpus/corpus.ts";
import { TokenDataset } from "./dataset.ts";
import type { Answer, Caption, EncodedEntry, Span } from "./encoded-entry.ts";
import { TokenTableBuilder } from "./token-table.ts";

/** Collects tokens; captions that several drawings of a sample share are kept once. */
export class DatasetBuilder {
  readonly #prompts: TokenTableBuilder;
  readonly #drawings: TokenTableBuilder;
  readonly #captionStarts = [0];
  readonly #drawingStarts = [0];
  readonly #drawingCaptions: number[] = [];
  readonly #ids: string[] = [];
  readonly #texts: string[][] = [];
  readonly #weights: number[] = [];
  /** By prompt. */
  readonly #shares: number[] = [];
  /** By drawing. */
  readonly #drawingShares: number[] = [];
  readonly #spans: number[] = [];
  #spanned = false;
  readonly #needsPrompt: number[] = [];
  readonly #tokenizer: SvgTokenizer;
  readonly #emptyPrompts: Int32Array[] = [];
  readonly #emptyByTask = new Map<Task, Int32Array>();

  constructor(tokenizer: SvgTokenizer) {
    this.#tokenizer = tokenizer;
    const { size } = tokenizer.vocabulary;
    this.#prompts = new TokenTableBuilder(size);
    this.#drawings = new TokenTableBuilder(size);
  }

  add({ id, weight = 1 }: CorpusEntry, encoded: EncodedEntry, task: Task = "text-to-svg"): void {
    const { captions, augmented, texts, needsPrompt = false } = encoded;
    this.#ids.push(id);
    this.#weights.push(weight);
    this.#texts.push([...(texts ?? captions.map(({ text }) => text))]);
    this.#needsPrompt.push(Number(needsPrompt));
    this.#emptyPrompts.push(this.#emptyPrompt(needsPrompt ? "text-to-svg" : task));
    const known = new Map<string, readonly [number, number]>();
    for (const one of [encoded, ...augmented]) {
      this.#addAnswer(one);
      const key = JSON.stringify(one.captions.map(({ text, share }) => [text, share]));
      const range = known.get(key) ?? this.#addPrompts(one.captions);
      known.set(key, range);
      this.#drawingCaptions.push(...range);
    }
    this.#captionStarts.push(this.#prompts.length);
    this.#drawingStarts.push(this.#drawings.length);
  }

  /** Of tasks that may be asked for without a caption. */
  #emptyPrompt(task: Task): Int32Array {
    const known = this.#emptyByTask.get(task);
    if (known !== undefined) return known;
    const { ids } = encodeTaskPrompt(this.#tokenizer, task, { caption: "" });
    const made = Int32Array.from(ids);
    this.#emptyByTask.set(task, made);
    return made;
  }

  #addAnswer({ tokens, span, share = 1 }: Answer): void {
    this.#drawings.add(tokens);
    this.#drawingShares.push(share);
    this.#spanned ||= span !== undefined;
    this.#spans.push(...(span ?? ([1, tokens.length, 0, tokens.length] satisfies Span)));
  }

  #addPrompts(captions: readonly Caption[]): readonly [from: number, to: number] {
    const from = this.#prompts.length;
    for (const { prompt, share } of captions) {
      this.#prompts.add(prompt);
      this.#shares.push(share);
    }
    return [from, this.#prompts.length];
  }

  build(): TokenDataset {
    const weighted = this.#weights.some((weight) => weight !== 1);
    const shared = this.#shares.some((share) => share !== 1);
    const drawn = this.#drawingShares.some((share) => share !== 1);
    return new TokenDataset({
      ids: this.#ids,
      texts: this.#texts,
      prompts: this.#prompts.build(),
      captionStarts: Uint32Array.from(this.#captionStarts),
      drawings: this.#drawings.build(),
      drawingStarts: Uint32Array.from(this.#drawingStarts),
      drawingCaptions: Uint32Array.from(this.#drawingCaptions),
      emptyPrompt: this.#emptyPrompt("text-to-svg"),
      ...(this.#emptyByTask.has("completion") ? { emptyPrompts: this.#emptyPrompts } : {}),
      ...(this.#spanned ? { spans: Int32Array.from(this.#spans) } : {}),
      ...(drawn ? { drawingShares: Float64Array.from(this.#drawingShares) } : {}),
      ...(this.#needsPrompt.includes(1) ? { needsPrompt: Uint8Array.from(this.#needsPrompt) } : {}),
      ...(shared ? { captionShares: Float64Array.from(this.#shares) } : {}),
      ...(weighted ? { weights: Float64Array.from(this.#weights) } : {}),
    });
  }
}
