/** Where a command writes: results on stdout, everything else on stderr. And how it asks. */
import { createInterface } from "node:readline/promises";

/** Puts a question to a person and gives the line that is the answer. */
export type Ask = (question: string) => Promise<string>;

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Lines of two columns, the first padded. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

/**
 * A table: the first column to the left, figures to the right.
 * @param remarks by row: what is said of it, behind it.
 */
export function aligned(
  rows: readonly (readonly string[])[],
  remarks: readonly string[] = [],
): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row, line) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
    );
    return [...cells, remarks[line] ?? ""].join("  ").trimEnd();
  });
  return lines.join("\n");
}

/** Asks on the terminal; undefined where there is none. */
export function terminalAsk(): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
}
