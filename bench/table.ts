/** Tables of a Markdown page, and the numbers in them. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(head.map((_, i) => (i === 0 ? "---" : "---:")));
  return [line(head), rule, ...rows.map(line)].join("\n");
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

export function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}
