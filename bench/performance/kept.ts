/**
 * Measurements that were made, a file each: a run that was cut off goes on where it was. A file is found
 * by the command that was measured, the code, the machine and the peer, so that figures of another are
 * never taken for those of this one.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../../checkpoints/index.ts";
import { resultSchema } from "./result.ts";

const keptSchema = z.object({
  args: z.array(z.string()),
  machine: z.string(),
  /** As `b075ace`. */
  commit: z.string(),
  /** As `2026-11-26`. */
  date: z.string(),
  /** That the whole measurement took. */
  seconds: z.number().positive(),
  result: resultSchema,
});

export type Kept = z.infer<typeof keptSchema>;

/** What tells a measurement from others. */
export interface Subject {
  readonly args: readonly string[];
  /** By `codeDigest`. */
  readonly code: string;
  readonly machine: string;
  /** By `peerName`. */
  readonly peer: string;
}

export class KeptMeasurements {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Null where there is none, or what there is cannot be read. */
  recall(subject: Subject): Kept | null {
    const file = this.#fileOf(subject);
    return existsSync(file) ? readKept(file) : null;
  }

  keep(subject: Subject, kept: Omit<Kept, "args" | "machine">): void {
    const { args, machine } = subject;
    const text = JSON.stringify({ args, machine, ...kept });
    writeFileAtomically(this.#fileOf(subject), (sink) => sink.write(Buffer.from(text)));
  }

  forget(subject: Subject): void {
    rmSync(this.#fileOf(subject), { force: true });
  }

  /** How long the same command took on this machine, whatever the code and the peer; null where it never ran. */
  secondsBefore({ args, machine }: Subject): number | null {
    const same = readdirSync(this.#folder)
      .flatMap((name) => readKept(join(this.#folder, name)) ?? [])
      .filter((kept) => kept.machine === machine && kept.args.join(" ") === args.join(" "));
    return same.length === 0 ? null : Math.max(...same.map(({ seconds }) => seconds));
  }

  #fileOf({ args, code, machine, peer }: Subject): string {
    const digest = createHash("sha256")
      .update(JSON.stringify([args, code, machine, peer]))
      .digest("hex");
    return join(this.#folder, `${digest.slice(0, 16)}.json`);
  }
}

function readKept(file: string): Kept | null {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
