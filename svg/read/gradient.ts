/** Gradients: their chains of references, their stops, and where they lie on the grid. */
import type { GradientStop, LinearGradient, RadialGradient } from "../drawing.ts";
import { DropCounter } from "../drops.ts";
import { maxGradientChain, maxStops } from "../limits.ts";
import { computeStyle, type RuleMatcher } from "../style/cascade.ts";
import { type ElementStyle, noStyle } from "../style/computed.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import { type LengthUnits, parseFraction, parseLength } from "./length.ts";
import { identity, isConformal, type Matrix, multiply } from "./matrix.ts";
import type { References } from "./references.ts";
import { parseTransform } from "./transform.ts";
import type { Box } from "./viewport.ts";

interface Definition {
  readonly kind: "linearGradient" | "radialGradient";
  /** By attribute, the nearest of the chain first. */
  readonly chain: readonly XmlElement[];
  readonly boxUnits: boolean;
  readonly transform: Matrix;
  readonly spread: "pad" | "reflect" | "repeat";
  readonly stops: readonly GradientStop[];
  readonly units: LengthUnits;
}

export interface GradientPlace {
  /** From user coordinates to the grid. */
  readonly matrix: Matrix;
  /** Size of the nearest viewport. */
  readonly port: { readonly width: number; readonly height: number };
  /** Bounds of the shape in user coordinates. */
  readonly box: () => Box;
}

export class GradientReader {
  readonly #references: References;
  readonly #rules: RuleMatcher | null;
  readonly #drops: DropCounter;
  /** What stands around the root. */
  readonly #root: ElementStyle;
  readonly #definitions = new Map<XmlElement, Definition>();
  readonly #styles = new Map<XmlElement, ElementStyle>();

  /** @param units lengths of the root */
  constructor(
    references: References,
    rules: RuleMatcher | null,
    units: LengthUnits,
    drops: DropCounter,
  ) {
    const inherited = noStyle.inherited.copy();
    inherited.units = units;
    this.#root = { ...noStyle, inherited };
    this.#references = references;
    this.#rules = rules;
    this.#drops = drops;
  }

  /**
   * The gradient in grid units, not rounded; null where it paints nothing, undefined where it is
   * invalid for a shape, whose fallback is then painted.
   */
  read(
    element: XmlElement,
    place: GradientPlace,
  ): LinearGradient | RadialGradient | null | undefined {
    const definition = this.#define(element);
    if (definition.stops.length === 0) return null;
    let matrix = place.matrix;
    if (definition.boxUnits) {
      const { x, y, width, height } = place.box();
      if (!(width > 0 && height > 0)) return undefined;
      matrix = multiply(matrix, { a: width, b: 0, c: 0, d: height, e: x, f: y });
    }
    matrix = multiply(matrix, definition.transform);
    const port = definition.boxUnits ? { width: 1, height: 1 } : place.port;
    return definition.kind === "linearGradient"
      ? placeLinear(definition, matrix, port)
      : placeRadial(definition, matrix, port, this.#drops);
  }

  /** Reads and counts each anew where it is next referred to. */
  forget(): void {
    this.#definitions.clear();
  }

  #define(element: XmlElement): Definition {
    const known = this.#definitions.get(element);
    if (known !== undefined) return known;
    const chain = this.#chain(element);
    const owner = chain.find(({ children }) => children.some(({ name }) => name === "stop"));
    const transform = inChain(chain, "gradientTransform");
    const matrix = transform === undefined ? identity : parseTransform(transform);
    if (matrix === undefined) this.#drops.add("invalid-value");
    const spread = inChain(chain, "spreadMethod");
    const stops = owner === undefined ? [] : this.#stops(owner);
    const { inherited } = this.#styleOf(element);
    const definition: Definition = {
      kind: element.name as Definition["kind"],
      chain,
      boxUnits: inChain(chain, "gradientUnits") !== "userSpaceOnUse",
      transform: matrix ?? identity,
      spread: spread === "reflect" || spread === "repeat" ? spread : "pad",
      units: inherited.units,
      stops: inherited.linearLight ? inLinearLight(stops) : stops,
    };
    this.#definitions.set(element, definition);
    return definition;
  }

  #chain(element: XmlElement): XmlElement[] {
    const chain = [element];
    for (;;) {
      const href = hrefOf(chain.at(-1)!);
      if (href === undefined) return chain;
      const next = this.#references.find(href);
      if (next === undefined) return chain;
      const gradient = next.name === "linearGradient" || next.name === "radialGradient";
      if (!gradient || chain.includes(next) || chain.length >= maxGradientChain) {
        this.#drops.add("missing-reference");
        return chain;
      }
      chain.push(next);
    }
  }

  #stops(owner: XmlElement): GradientStop[] {
    const around = this.#styleOf(owner);
    const elements = owner.children.filter(({ name }) => name === "stop");
    if (elements.length > maxStops) this.#drops.add("gradient-stops");
    let least = 0;
    return elements.slice(0, maxStops).map((stop) => {
      const style = computeStyle(stop, around, this.#rules, 0, this.#drops);
      const written = parseFraction(attributeOf(stop, "offset") ?? "0") ?? 0;
      least = Math.min(Math.max(written, least), 1);
      const { stopColor, stopOpacity } = style.own;
      const color = stopColor === "currentColor" ? style.inherited.color : stopColor;
      return {
        offset: 100 * least,
        color: color === null ? { kind: "currentColor" } : { kind: "color", rgb: color.rgb },
        opacity: 100 * stopOpacity * (color?.alpha ?? 1),
      };
    });
  }

  /** What the children of an element inherit where it stands, which is not where it is used. */
  #styleOf(element: XmlElement): ElementStyle {
    const known = this.#styles.get(element);
    if (known !== undefined) return known;
    const outer = element.parent === null ? this.#root : this.#styleOf(element.parent);
    // Faults of the elements around are counted where these are drawn.
    const drops = element.name.endsWith("Gradient") ? this.#drops : new DropCounter();
    const style = computeStyle(element, outer, this.#rules, 0, drops);
    this.#styles.set(element, style);
    return style;
  }
}

/** Steps that stand for the way between two stops in linear light. */
const lightSteps = 8;

/** Stops between which colours mix as light does (`color-interpolation: linearRGB`). */
function inLinearLight(stops: readonly GradientStop[]): GradientStop[] {
  const light = (channel: number) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const shade = (value: number) =>
    Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
  return stops.flatMap((stop, i) => {
    const next = stops[i + 1];
    if (next?.color.kind !== "color" || stop.color.kind !== "color") return [stop];
    const [from, to] = [stop.color.rgb, next.color.rgb];
    const between = Array.from({ length: lightSteps - 1 }, (_, step): GradientStop => {
      const t = (step + 1) / lightSteps;
      const mix = (a: number, b: number) => a + t * (b - a);
      const channel = (shift: number) =>
        shade(mix(light((from >> shift) & 255), light((to >> shift) & 255)));
      const rgb = channel(16) * 0x10000 + channel(8) * 0x100 + channel(0);
      return {
        offset: mix(stop.offset, next.offset),
        color: { kind: "color", rgb },
        opacity: mix(stop.opacity, next.opacity),
      };
    });
    return [stop, ...between];
  });
}

function inChain(chain: readonly XmlElement[], name: string): string | undefined {
  for (const element of chain) {
    const value = attributeOf(element, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function lengthIn(definition: Definition, name: string, percent: number): number | undefined {
  const value = inChain(definition.chain, name);
  return value === undefined ? undefined : parseLength(value, percent, definition.units);
}

/**
 * Colours are constant across the gradient's vector. Where the map is uneven, the lines of one colour
 * are no longer square to the vector's image, so that its end moves along its line to where they are.
 */
function placeLinear(
  definition: Definition,
  m: Matrix,
  port: { width: number; height: number },
): LinearGradient {
  const length = (name: string, percent: number) => lengthIn(definition, name, percent);
  const x1 = length("x1", port.width) ?? 0;
  const y1 = length("y1", port.height) ?? 0;
  const dx = (length("x2", port.width) ?? port.width) - x1;
  const dy = (length("y2", port.height) ?? 0) - y1;
  let u = m.a * dx + m.c * dy;
  let v = m.b * dx + m.d * dy;
  if (!isConformal(m)) {
    const normalX = m.d * dx - m.b * dy;
    const normalY = m.a * dy - m.c * dx;
    const square = normalX * normalX + normalY * normalY;
    const share = square > 0 ? (u * normalX + v * normalY) / square : 0;
    u = share * normalX;
    v = share * normalY;
  }
  const from = { x1: m.a * x1 + m.c * y1 + m.e, y1: m.b * x1 + m.d * y1 + m.f };
  const { spread, stops } = definition;
  return { kind: "linearGradient", ...from, x2: from.x1 + u, y2: from.y1 + v, spread, stops };
}

function placeRadial(
  definition: Definition,
  m: Matrix,
  port: { width: number; height: number },
  drops: DropCounter,
): RadialGradient {
  const length = (name: string, percent: number) => lengthIn(definition, name, percent);
  const diagonal = Math.sqrt((port.width * port.width + port.height * port.height) / 2);
  const x = length("cx", port.width) ?? port.width / 2;
  const y = length("cy", port.height) ?? port.height / 2;
  const r = Math.max(0, length("r", diagonal) ?? diagonal / 2);
  const focalRadius = Math.max(0, length("fr", diagonal) ?? 0);
  const { spread } = definition;
  // The stops begin at the focal circle. Its like, scaled down to a point, is one of the same circles.
  const hole = focalRadius > 0 && r > 0 ? Math.min(focalRadius / r, 1) : 0;
  if (hole === 1 || (hole > 0 && spread !== "pad")) drops.add("focal-circle");
  const apex = (focus: number, centre: number) =>
    hole < 1 ? (focus - hole * centre) / (1 - hole) : focus;
  const focalX = apex(length("fx", port.width) ?? x, x);
  const focalY = apex(length("fy", port.height) ?? y, y);
  const cx = m.a * x + m.c * y + m.e;
  const cy = m.b * x + m.d * y + m.f;
  const stops =
    hole === 0
      ? definition.stops
      : definition.stops.map((stop) => ({
          ...stop,
          offset: 100 * hole + stop.offset * (1 - hole),
        }));
  return {
    kind: "radialGradient",
    cx,
    cy,
    ax: cx + m.a * r,
    ay: cy + m.b * r,
    bx: cx + m.c * r,
    by: cy + m.d * r,
    fx: m.a * focalX + m.c * focalY + m.e,
    fy: m.b * focalX + m.d * focalY + m.f,
    spread,
    stops,
  };
}
