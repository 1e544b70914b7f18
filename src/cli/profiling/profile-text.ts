/** A profile in a terminal. */
import { formatCount, formatShare } from "../../report/index.ts";
import type { Profile } from "./profiled.ts";

export function profileText({ operations, trace }: Profile): string {
  const rows = [
    ["operation", "calls", "ms", "share"],
    ...operations.map(({ operation, calls, milliseconds, share }) => [
      operation,
      formatCount(calls),
      milliseconds.toFixed(1),
      formatShare(share),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([name = "", ...figures]) =>
    [name.padEnd(widths[0]!), ...figures.map((text, i) => text.padStart(widths[i + 1]!))].join(
      "  ",
    ),
  );
  return [
    ...lines.map((line) => `  ${line}`),
    `  every run: ${trace}, for ui.perfetto.dev or chrome://tracing`,
  ].join("\n");
}
