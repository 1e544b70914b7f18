/** A data set of the Hugging Face Hub: `hf:owner/name`, its tables or shards, downloaded once. */
import { resolveDataset } from "../../checkpoints/index.ts";
import { jsonlSource } from "./jsonl.ts";
import type { BadRow, SetFacts, Source, SourceRow } from "./source.ts";
import type { ColumnChoice } from "./tables/columns.ts";
import { tableSource, tablesOf } from "./tables/open-table.ts";

/** @param asked as `hf:OmniSVG/MMSVG-Icon`, or with `@` and a revision. */
export function hubSource(asked: string, columns: ColumnChoice | null): Source {
  const name = asked.slice("hf:".length);
  const [id = name] = name.split("@");
  let revision: string | null = null;
  return {
    name: asked,
    /** With the commit as its version, once it is read. */
    get facts(): SetFacts {
      const url = `https://huggingface.co/datasets/${id}`;
      return { origin: asked, version: revision, licence: null, url };
    },
    async *rows(onBad: (bad: BadRow) => void): AsyncIterable<SourceRow> {
      const resolved = await resolveDataset(name, chosenFiles);
      revision = resolved.revision;
      const { files } = resolved;
      const isLines = files.some((file) => /\.(jsonl|ndjson)$/i.test(file));
      if (!isLines) return yield* asynchronous(tableSource(asked, files, { columns }).rows(onBad));
      for (const [index, file] of files.entries()) {
        for await (const row of jsonlSource(file, columns).rows(onBad)) {
          yield files.length > 1 ? { ...row, id: `${index + 1}:${row.id}` } : row;
        }
      }
    },
  };
}

/** Tables before lines; names in their order. */
function chosenFiles(names: readonly string[]): string[] {
  const sorted = [...names].sort();
  const tables = tablesOf(sorted);
  return tables.length > 0 ? tables : sorted.filter((name) => /\.(jsonl|ndjson)$/i.test(name));
}

async function* asynchronous(rows: ReturnType<Source["rows"]>): AsyncIterable<SourceRow> {
  yield* rows;
}
