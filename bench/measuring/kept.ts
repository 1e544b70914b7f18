/**
 * Measurements that were made, a file each: a run that was cut off goes on where it was. A file is found
 * by the command that was measured, the code, the machine and the peer, so that figures of another are
 * never taken for those of this one.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeTextAtomically } from "../../checkpoints/index.ts";

export interface Kept<Result> {
  readonly args: readonly string[];
  readonly machine: string;
  /** As `b075ace`. */
  readonly commit: string;
  /** As `2026-11-26`. */
  readonly date: string;
  /** That the whole measurement took. */
  readonly seconds: number;
  /** Of the cores, that computed for others when it began: 0 to 1. */
  readonly busy: number;
  readonly result: Result;
}

/** What tells a measurement from others. */
export interface Subject {
  readonly args: readonly string[];
  /** By `codeDigest`. */
  readonly code: string;
  readonly machine: string;
  /** By `peerName`; empty where there is none. */
  readonly peer: string;
}

export class KeptMeasurements<Result> {
  readonly #folder: string;
  readonly #schema: z.ZodType<Kept<Result>>;

  /** @param result what a measurement gives. */
  constructor(folder: string, result: z.ZodType<Result>) {
    this.#folder = folder;
    this.#schema = z.object({
      args: z.array(z.string()),
      machine: z.string(),
      commit: z.string(),
      date: z.string(),
      seconds: z.number().positive(),
      busy: z.number(),
      result,
    }) as unknown as z.ZodType<Kept<Result>>;
    mkdirSync(folder, { recursive: true });
  }

  /** Null where there is none, or what there is cannot be read. */
  recall(subject: Subject): Kept<Result> | null {
    const file = this.#fileOf(subject);
    return existsSync(file) ? this.#read(file) : null;
  }

  keep(subject: Subject, kept: Omit<Kept<Result>, "args" | "machine">): void {
    const { args, machine } = subject;
    const text = JSON.stringify({ args, machine, ...kept });
    writeTextAtomically(this.#fileOf(subject), text);
  }

  forget(subject: Subject): void {
    rmSync(this.#fileOf(subject), { force: true });
  }

  /** How long the same command took on this machine, whatever the code and the peer; null where it never ran. */
  secondsBefore({ args, machine }: Subject): number | null {
    const same = readdirSync(this.#folder)
      .flatMap((name) => this.#read(join(this.#folder, name)) ?? [])
      .filter((kept) => kept.machine === machine && kept.args.join(" ") === args.join(" "));
    return same.length === 0 ? null : Math.max(...same.map(({ seconds }) => seconds));
  }

  #fileOf({ args, code, machine, peer }: Subject): string {
    const digest = createHash("sha256")
      .update(JSON.stringify([args, code, machine, peer]))
      .digest("hex");
    return join(this.#folder, `${digest.slice(0, 16)}.json`);
  }

  #read(file: string): Kept<Result> | null {
    try {
      return this.#schema.parse(JSON.parse(readFileSync(file, "utf8")));
    } catch {
      return null;
    }
  }
}
