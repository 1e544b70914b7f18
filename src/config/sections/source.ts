/** Where drawings come from, as the configuration says it: one source, or several with weights. */
import { z } from "zod";

const sourceName = z.string().min(1).max(4096);

export const sourceEntry = z
  .strictObject({
    source: sourceName,
    weight: z.number().positive().max(1000).default(1),
    style: z.string().min(1).max(100).nullable().default(null),
    word: z.string().max(100).nullable().default(null),
  })
  .meta({ description: "One of several sources." });

/** One source of a list, with every default filled in. */
export type SourceEntry = z.output<typeof sourceEntry>;

const oneSource = z.union([sourceName, sourceEntry]);

export const sourceKey = z.union([oneSource, z.array(oneSource).min(1).max(256)]).default("lucide");

/** The list that was meant, however it was written. */
export function sourceEntries(written: z.input<typeof sourceKey>): SourceEntry[] {
  const list = Array.isArray(written) ? written : [written ?? "lucide"];
  return list.map((one) => sourceEntry.parse(typeof one === "string" ? { source: one } : one));
}

/** In one line, for people: `lucide, npm:@tabler/icons filled`. */
export function sourceText(written: z.input<typeof sourceKey>): string {
  const names = sourceEntries(written).map(({ source, style }) => [source, style ?? []].flat());
  return names.map((parts) => parts.join(" ")).join(", ");
}
