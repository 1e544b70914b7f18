/** Answers that were paid for, by a hash of what was asked: a file each, whole or not at all. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../checkpoints/index.ts";

export class AnswerCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** @param asked all that the answer depends on. */
  static keyOf(asked: unknown): string {
    return createHash("sha256").update(JSON.stringify(asked)).digest("hex");
  }

  get(key: string): Buffer | null {
    const file = join(this.#folder, key);
    return existsSync(file) ? readFileSync(file) : null;
  }

  set(key: string, bytes: Uint8Array): void {
    writeFileAtomically(join(this.#folder, key), (sink) => sink.write(bytes));
  }
}
