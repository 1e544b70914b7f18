/** Where a command writes: results on stdout, everything else on stderr. */

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
