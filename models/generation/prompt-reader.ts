/**
 * Reads prompts one at a time, whatever else is being generated, so that what is made of a prompt
 * depends on it alone. A prompt that comes again directly, as for several drawings of one caption, is
 * not read again.
 */
import type { DecodingModel } from "../decoding-model.ts";
import { DecodingSession } from "./decoding-session.ts";

export class PromptReader {
  readonly #model: DecodingModel;
  readonly #capacity: number;
  #session: DecodingSession | null = null;
  #prompt: readonly number[] = [];
  #logits: Float32Array | null = null;

  constructor(model: DecodingModel, capacity: number) {
    this.#model = model;
    this.#capacity = capacity;
  }

  /** @returns logits of the token after the prompt, `[vocabulary]`: a copy. */
  read(prompt: ArrayLike<number>): Float32Array {
    const ids = Array.from(prompt);
    if (this.#logits === null || !equal(ids, this.#prompt)) {
      this.#session ??= new DecodingSession(this.#model, { batch: 1, capacity: this.#capacity });
      this.#logits = null;
      this.#logits = this.#session.prefill([ids]).slice();
      this.#prompt = ids;
    }
    return this.#logits.slice();
  }

  /** Writes what the last prompt left into a row of another session. */
  copyInto(session: DecodingSession, row: number): void {
    if (this.#session !== null) session.takeRows(this.#session, [[0, row]]);
  }

  dispose(): void {
    this.#session?.dispose();
    this.#session = null;
    this.#logits = null;
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
