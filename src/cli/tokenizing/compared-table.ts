/** Drawings in several tokenizers, as a table. */

import { type ComparedFile, comparedTotals } from "../../runs/index.ts";
import { aligned } from "../terminal.ts";

/** For people: a line a file, a column a tokenizer, and the means below. */
export function comparedTable(lines: readonly ComparedFile[]): string {
  const { files, errors, meanTokens } = comparedTotals(lines);
  const columns = Object.keys(meanTokens);
  const rows = lines.map(({ file, tokens }) => [
    file,
    ...columns.map((name) => String(tokens[name] ?? "-")),
  ]);
  const means = ["mean", ...columns.map((name) => meanTokens[name]!.toFixed(1))];
  const errorsOf = ["", ...lines.map(({ error }) => error ?? "")];
  const summary = `${files} files, ${errors} with errors`;
  return `${aligned([["tokens", ...columns], ...rows, means], errorsOf)}\n${summary}`;
}
