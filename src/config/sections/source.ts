/** Where drawings come from, as the configuration says it: one source, or several with weights. */
import { z } from "zod";

const sourceName = z.string().min(1).max(4096);

const columnName = z.string().min(1).max(200);

/** Which columns of a table hold what; captions by name, or by name and share. */
const columns = z.strictObject({
  svg: columnName.optional(),
  captions: z
    .union([
      columnName.transform((column) => [{ column, share: 1 }]),
      z
        .array(
          z.union([
            columnName.transform((column) => ({ column, share: 1 })),
            z.strictObject({ column: columnName, share: z.number().positive().max(1000) }),
          ]),
        )
        .min(1)
        .max(16),
    ])
    .optional(),
  id: columnName.optional(),
  rejected: columnName.optional(),
  /** Of pairs to learn editing from: the drawing before the change. */
  before: columnName.optional(),
});

const sourceEntry = z
  .strictObject({
    source: sourceName,
    weight: z.number().positive().max(1000).default(1),
    style: z.string().min(1).max(100).nullable().default(null),
    word: z.string().max(100).nullable().default(null),
    columns: columns.nullable().default(null),
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
