/** The journal of a folder that is being traced. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const tracedRecord = z.object({
  /** SHA-256 of the image's bytes. */
  digest: z.string(),
  id: z.string(),
  /** Below the data set's folder. */
  svg: z.string(),
  image: z.string(),
  tokens: z.number().int(),
  error: z.number(),
  colors: z.number().int(),
});

const leftOutRecord = z.object({ digest: z.string(), id: z.string(), reason: z.string() });

export type TracedRecord = z.output<typeof tracedRecord>;
export type LeftOutRecord = z.output<typeof leftOutRecord>;

const header = z.object({ settings: z.string() });

/** What was done with images before the process ended, by id. */
export class Journal {
  readonly #file: string;
  readonly #known = new Map<string, TracedRecord | LeftOutRecord>();
  /** Whether it was begun with other settings, which nothing of it fits. */
  readonly isOther: boolean = false;

  /** @param settings what results depend on */
  constructor(file: string, settings: string) {
    this.#file = file;
    // A process that was killed may have left half a line, which is no JSON.
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    const values = lines.filter((line) => line !== "").map(parsed);
    const first = header.safeParse(values[0]);
    if (first.success) {
      this.isOther = first.data.settings !== settings;
      for (const value of values.slice(1)) {
        const record = z.union([tracedRecord, leftOutRecord]).safeParse(value);
        if (record.success) this.#known.set(record.data.id, record.data);
      }
    } else writeFileSync(file, `${JSON.stringify({ settings })}\n`);
  }

  /** undefined where the image was not traced yet, or was another one then. */
  known(id: string, digest: string): TracedRecord | LeftOutRecord | undefined {
    const record = this.#known.get(id);
    return record?.digest === digest ? record : undefined;
  }

  add(record: TracedRecord | LeftOutRecord): void {
    this.#known.set(record.id, record);
    // The line's end in front is for what a killed process may have left.
    appendFileSync(this.#file, `\n${JSON.stringify(record)}\n`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
