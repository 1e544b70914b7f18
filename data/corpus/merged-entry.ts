/** An entry of the corpus while rows that hold its drawing are still being added. */
import type { Drawing } from "../../svg/index.ts";
import type { CorpusEntry } from "./entry.ts";
import type { ReadRow } from "./read-or-refuse.ts";

export class MergedEntry {
  readonly #id: string;
  readonly #drawing: Drawing;
  readonly #print: string;
  readonly #set: number;
  readonly #style: string | undefined;
  /** With how often each is shown beside the others. */
  readonly #captions = new Map<string, number>();
  readonly #names = new Set<string>();
  readonly #words = new Set<string>();
  #weight = 0;

  /** @param id unique in the corpus. @param set number of the set of the first row. */
  constructor(id: string, set: number, first: Pick<ReadRow, "drawing" | "print" | "style">) {
    this.#id = id;
    this.#set = set;
    this.#drawing = first.drawing;
    this.#print = first.print;
    this.#style = first.style;
  }

  add({ captions, names, words }: ReadRow, weight: number): void {
    this.#weight = Math.max(this.#weight, weight);
    for (const [caption, share] of captions) {
      this.#captions.set(caption, Math.max(share, this.#captions.get(caption) ?? 0));
    }
    for (const name of names) this.#names.add(name);
    for (const word of words) this.#words.add(word);
  }

  close(): CorpusEntry {
    const shares = [...this.#captions.values()];
    return {
      id: this.#id,
      drawing: this.#drawing,
      print: this.#print,
      set: this.#set,
      weight: this.#weight,
      captions: [...this.#captions.keys()],
      ...(shares.every((share) => share === shares[0]) ? {} : { shares }),
      names: [...this.#names],
      words: [...this.#words],
      ...(this.#style === undefined ? {} : { style: this.#style }),
    };
  }
}
