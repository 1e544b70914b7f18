/** Patterns, which the canonical form cannot hold: the mean colour of their tile stands for them. */
import { type MeanColor, meanColor } from "../canonical/mean.ts";
import type { DrawingElement } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import { maxGradientChain } from "../limits.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf, hrefOf } from "./attributes.ts";
import type { GradientPlace } from "./gradient.ts";
import { type LengthUnits, parseLength } from "./length.ts";
import { type Matrix, multiply, scaling, translation } from "./matrix.ts";
import type { Painted } from "./paint-source.ts";
import type { References } from "./references.ts";
import { type Box, fitViewBox, parseViewBox } from "./viewport.ts";

export interface PatternContext {
  readonly references: References;
  readonly drops: DropCounter;
  readonly units: LengthUnits;
  readonly grid: number;
  /** Draws the children of an element, with a map to a tile of the grid's size. */
  readonly draw: (element: XmlElement, matrix: Matrix, port: Size) => readonly DrawingElement[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export class PatternReader {
  readonly #context: PatternContext;
  readonly #known = new Map<XmlElement, MeanColor | null>();

  constructor(context: PatternContext) {
    this.#context = context;
  }

  /** What is painted in place of a pattern; null where it is invalid. */
  read(element: XmlElement, place: GradientPlace): Painted | null {
    let mean = this.#known.get(element);
    if (mean === undefined) {
      // One that is painted with itself is invalid.
      this.#known.set(element, null);
      mean = this.#mean(element, place);
      this.#known.set(element, mean);
    }
    if (mean === null) return null;
    const { rgb, alpha } = mean;
    const paint =
      rgb === null ? ({ kind: "currentColor" } as const) : ({ kind: "color", rgb } as const);
    return { paint, alpha };
  }

  #mean(element: XmlElement, place: GradientPlace): MeanColor | null {
    const chain = this.#chain(element);
    const owner = chain.find(({ children }) => children.length > 0);
    if (owner === undefined) return null;
    const written = (name: string) => {
      for (const each of chain) {
        const value = attributeOf(each, name);
        if (value !== undefined) return value;
      }
      return undefined;
    };
    const boxUnits = written("patternUnits") !== "userSpaceOnUse";
    const box = place.box();
    const port = boxUnits ? { width: 1, height: 1 } : place.port;
    const length = (name: string, percent: number, scale: number) =>
      scale * (parseLength(written(name) ?? "0", percent, this.#context.units) ?? 0);
    const tile: Box = {
      x: length("x", port.width, boxUnits ? box.width : 1) + (boxUnits ? box.x : 0),
      y: length("y", port.height, boxUnits ? box.height : 1) + (boxUnits ? box.y : 0),
      width: length("width", port.width, boxUnits ? box.width : 1),
      height: length("height", port.height, boxUnits ? box.height : 1),
    };
    if (!(tile.width > 0 && tile.height > 0)) return null;
    const scale = this.#context.grid / Math.max(tile.width, tile.height);
    const toTile = multiply(scaling(scale, scale), translation(-tile.x, -tile.y));
    const viewBox = parseViewBox(written("viewBox") ?? "");
    const inner =
      viewBox === null || viewBox === undefined
        ? contentMatrix(written("patternContentUnits") === "objectBoundingBox", box)
        : fitViewBox(viewBox, tile, written("preserveAspectRatio") ?? "");
    const drawn = this.#context.draw(owner, multiply(toTile, inner), viewBox ?? place.port);
    return meanColor(drawn, { width: tile.width * scale, height: tile.height * scale });
  }

  #chain(element: XmlElement): XmlElement[] {
    const chain = [element];
    while (chain.length < maxGradientChain) {
      const href = hrefOf(chain.at(-1)!);
      const next = href === undefined ? undefined : this.#context.references.find(href);
      if (next?.name !== "pattern" || chain.includes(next)) break;
      chain.push(next);
    }
    return chain;
  }
}

function contentMatrix(boxUnits: boolean, { x, y, width, height }: Box): Matrix {
  return boxUnits ? multiply(translation(x, y), scaling(width, height)) : translation(0, 0);
}
