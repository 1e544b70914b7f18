/** Prints gradients once each, under short ids. */
import type { GradientStop, LinearGradient, Paint, RadialGradient } from "../drawing.ts";
import { formatNumber, joinNumbers } from "./number.ts";
import { formatColor, formatPercent } from "./properties.ts";

export class GradientPrinter {
  /** Ids by what stands in the gradient's tag after its id, and within it. */
  readonly #ids = new Map<string, string>();
  readonly #known = new Map<Paint, string>();
  readonly #parts: string[] = [];

  /** The definitions of all gradients that were printed. */
  get definitions(): string {
    return this.#parts.join("");
  }

  print(paint: Paint): string {
    switch (paint.kind) {
      case "color":
        return formatColor(paint.rgb);
      case "currentColor":
        return "currentColor";
      default:
        return `url(#${this.#idOf(paint)})`;
    }
  }

  #idOf(gradient: LinearGradient | RadialGradient): string {
    const known = this.#known.get(gradient);
    if (known !== undefined) return known;
    const spread = gradient.spread === "pad" ? "" : ` spreadMethod="${gradient.spread}"`;
    const place = gradient.kind === "linearGradient" ? linear(gradient) : radial(gradient);
    const stops = gradient.stops.map(printStop).join("");
    const body = ` gradientUnits="userSpaceOnUse"${place}${spread}>${stops}</${gradient.kind}>`;
    let id = this.#ids.get(body);
    if (id === undefined) {
      id = shortId(this.#ids.size);
      this.#ids.set(body, id);
      this.#parts.push(`<${gradient.kind} id="${id}"${body}`);
    }
    this.#known.set(gradient, id);
    return id;
  }
}

/** a, b … z, aa, ab … */
function shortId(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : shortId(Math.floor(index / 26) - 1) + letter;
}

function printStop({ offset, color, opacity }: GradientStop): string {
  const at = offset === 0 ? "" : ` offset="${formatPercent(offset)}"`;
  const black = color.kind === "color" && color.rgb === 0;
  const written = color.kind === "color" ? formatColor(color.rgb) : "currentColor";
  const shade = black ? "" : ` stop-color="${written}"`;
  const clear = opacity === 100 ? "" : ` stop-opacity="${formatPercent(opacity)}"`;
  return `<stop${at}${shade}${clear}/>`;
}

function numbers(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${formatNumber(value)}"`)
    .join("");
}

/** All four are written: their initial values are percentages of the view box. */
function linear({ x1, y1, x2, y2 }: LinearGradient): string {
  return numbers({ x1, y1, x2, y2 });
}

function radial(gradient: RadialGradient): string {
  const { cx, cy, ax, ay, bx, by, fx, fy } = gradient;
  const r = ax - cx;
  if (r > 0 && ay === cy && bx === cx && by - cy === r) {
    const focus = fx === cx && fy === cy ? {} : { fx, fy };
    return numbers({ cx, cy, r, ...focus });
  }
  const map = [ax - cx, ay - cy, bx - cx, by - cy, cx, cy] as const;
  const transform = ` gradientTransform="matrix(${joinNumbers(map)})"`;
  if (fx === cx && fy === cy) return `${numbers({ cx: 0, cy: 0, r: 1 })}${transform}`;
  const [a, b, c, d] = map;
  const determinant = a * d - b * c;
  const u = (d * (fx - cx) - c * (fy - cy)) / determinant;
  const v = (a * (fy - cy) - b * (fx - cx)) / determinant;
  return `${numbers({ cx: 0, cy: 0, r: 1, fx: u, fy: v })}${transform}`;
}
