/** Reads the sources row by row; threads make canonical drawings of them, a thousand rows a piece at most. */
import { join } from "node:path";
import { type SetReport, styleShareOf } from "../corpus/corpus.ts";
import type { BadRow, SourceRow } from "../sources/source.ts";
import type { PartSummary } from "./jobs.ts";
import type { PrepareOptions } from "./options.ts";
import type { Pool } from "./pool.ts";

const partRows = 1024;
/** Of text, from which on a piece is full before: drawings of a megabyte come in tens, not thousands. */
const partLength = 8_000_000;

export interface ReadSet {
  readonly name: string;
  readonly facts: SetReport["facts"];
  readonly weight: number;
  /** That the source could not read. */
  readonly bad: BadRow[];
}

export async function readRows(options: PrepareOptions, work: string, pool: Pool) {
  const { sources, canonical, strokeWidth, limit, filters, fonts = [] } = options;
  const styleShare = styleShareOf(options.styleWords, sources.length);
  const words = sources.map(({ word = null }) => word);
  const parts: PartSummary[] = [];
  const running = new Set<Promise<void>>();
  let failed: unknown = null;
  let pending: (SourceRow & { set: number })[] = [];
  let length = 0;
  let count = 0;
  let read = 0;
  const flush = async () => {
    const number = count++;
    const file = partFile(work, number);
    const rows = pending;
    pending = [];
    length = 0;
    const settings = { canonical, strokeWidth, styleShare, words, filters };
    // Left out where there are none, so that pieces of before are known again.
    const reading = fonts.length === 0 ? settings : { ...settings, fonts };
    const job = { kind: "read", file, rows, ...reading } as const;
    const one = pool.run(job).then(
      (summary) => {
        parts[number] = summary;
      },
      (error: unknown) => {
        failed ??= error;
      },
    );
    const tracked = one.finally(() => running.delete(tracked));
    running.add(tracked);
    // Rows wait in the source while all threads have work.
    if (running.size > options.threads) await Promise.race(running);
    if (failed !== null) throw failed;
    options.onProgress?.("reading", read, read);
  };
  const sets: ReadSet[] = [];
  for (const [set, { source, weight = 1 }] of sources.entries()) {
    const bad: BadRow[] = [];
    let rows = 0;
    for await (const row of source.rows((fault) => bad.push(fault))) {
      if (limit !== null && rows + bad.length >= limit) break;
      rows++;
      read++;
      const id = sources.length > 1 ? `${source.name}:${row.id}` : row.id;
      pending.push({ ...row, id, set });
      length += row.svg.length;
      if (pending.length === partRows || length >= partLength) await flush();
    }
    sets.push({ name: source.name, facts: source.facts ?? null, weight, bad });
  }
  if (pending.length > 0) await flush();
  await Promise.all(running);
  if (failed !== null) throw failed;
  return { parts, sets };
}

export function partFile(work: string, number: number): string {
  return join(work, `rows-${String(number).padStart(5, "0")}`);
}
