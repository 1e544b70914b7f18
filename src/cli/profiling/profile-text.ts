/** A profile in a terminal. */
import type { Profile } from "../../bench/index.ts";
import { formatCount, formatShare } from "../../report/index.ts";
import { aligned } from "../terminal.ts";

export function profileText({ operations, trace }: Profile): string {
  const rows = [
    ["  operation", "calls", "ms", "share"],
    ...operations.map(({ operation, calls, milliseconds, share }) => [
      `  ${operation}`,
      formatCount(calls),
      milliseconds.toFixed(1),
      formatShare(share),
    ]),
  ];
  return [aligned(rows), `  every run: ${trace}, for ui.perfetto.dev or chrome://tracing`].join(
    "\n",
  );
}
