/**
 * Numbers as text, exactly: a drawing's integers are counts of units, of tenths or hundredths of
 * them. As in LLM4SVG, integers stay integers and other numbers show no more decimals than needed.
 */

/** Numbers longer than this are none of a drawing, whose coordinates end far below. */
const longest = 12;
const pattern = /^(-?)(\d+)(?:\.(\d+))?$/;

/** `value / 10 ^ decimals`, for an integer `value`. */
export function formatDecimal(value: number, decimals: number): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, "");
  const sign = value < 0 ? "-" : "";
  return sign + digits.slice(0, point) + (fraction === "" ? "" : `.${fraction}`);
}

/** The inverse; undefined for what is no number of so few decimals. */
export function parseDecimal(text: string, decimals: number): number | undefined {
  const match = text.length <= longest ? pattern.exec(text) : null;
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  if (fraction.length > decimals) return undefined;
  const value = Number(whole + fraction.padEnd(decimals, "0"));
  return sign === "-" && value !== 0 ? -value : value;
}
