/** The values of `fill` and `stroke`. */
import { parseColor } from "./color.ts";
import { currentColorPaint, noPaint, type PaintValue } from "./computed.ts";

/** undefined where the value is invalid. */
export function parsePaint(value: string): PaintValue | undefined {
  if (value === "none") return noPaint;
  if (value === "currentColor") return currentColorPaint;
  const trimmed = value.trim();
  if (/^url\(/i.test(trimmed)) return parseReference(trimmed);
  const color = parseColor(trimmed);
  if (color !== undefined) return { kind: "color", ...color };
  switch (trimmed.toLowerCase()) {
    case "none":
    case "context-fill":
    case "context-stroke":
      return noPaint;
    case "currentcolor":
      return currentColorPaint;
    default:
      return undefined;
  }
}

function parseReference(value: string): PaintValue | undefined {
  const close = value.indexOf(")");
  if (close < 0) return undefined;
  const rest = value.slice(close + 1).trim();
  const href = urlOf(value.slice(0, close + 1));
  if (href === undefined) return undefined;
  const fallback = rest === "" ? noPaint : parsePaint(rest);
  if (fallback === undefined || fallback.kind === "reference") return undefined;
  return { kind: "reference", href, fallback };
}

/** What stands in `url(...)`, without quotes; undefined where the value is no such reference. */
export function urlOf(value: string): string | undefined {
  const trimmed = value.trim();
  if (!/^url\(/i.test(trimmed)) return undefined;
  const inside = trimmed.slice(4).trimStart();
  const quote = inside.charAt(0);
  const quoted = quote === '"' || quote === "'";
  const end = quoted ? inside.indexOf(quote, 1) : inside.indexOf(")");
  return end < 0 ? undefined : inside.slice(quoted ? 1 : 0, end).trim();
}
