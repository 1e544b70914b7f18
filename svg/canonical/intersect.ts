/**
 * Cuts canonical elements by an outline. What lies wholly within it or beyond it, what covers it, and fills
 * where either of the two is an upright rectangle are told simply; other fills are cut by booleans of
 * outlines. A stroke that shows across the outline becomes the fill of its own outline, or of its dashes',
 * which is cut; what cannot be told is left whole and counted.
 */
import type { DrawingElement, Shape, Stroke } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import type { CanonicalOptions } from "../options.ts";
import type { Area } from "../path/area.ts";
import { type BooleanBudget, combineAreas } from "../path/boolean.ts";
import { type Bounds, pathBounds } from "../path/bounds.ts";
import { type ClipBox, clipOutline } from "../path/clip.ts";
import { dashedPath } from "../path/dash.ts";
import { fillCovers } from "../path/flatten.ts";
import { subpathsOf } from "../path/pieces.ts";
import { type Relation, relationOf } from "../path/relation.ts";
import { SegmentList } from "../path/segments.ts";
import { strokeArea } from "../path/stroke.ts";
import { identity } from "../read/matrix.ts";
import { extentOf } from "./extent.ts";
import type { BasicGeometry } from "./geometry.ts";
import { settleGroup } from "./group.ts";
import { traceOutline } from "./outline.ts";
import { pathInRange } from "./range.ts";
import { canonicalShape } from "./shape.ts";
import { type Canvas, showsOn } from "./shown.ts";

export interface ClipOutline {
  /** In grid units, not rounded. */
  readonly segments: SegmentList;
  readonly evenOdd: boolean;
  /** The shape that it is, where it is one. */
  readonly shape: BasicGeometry | null;
}

/** Grid units by which an element may reach beyond its clip: rounding's share. */
const tolerance = 1;

export interface Intersection {
  readonly elements: readonly DrawingElement[];
  /** Whether some were left whole that should have been cut. */
  readonly uncut: boolean;
}

export class Clipper {
  readonly #clip: ClipOutline;
  readonly #bounds: Bounds;
  /** The outline's box where it is one. */
  readonly #box: ClipBox | null;
  readonly #canvas: Canvas;
  readonly #options: CanonicalOptions;
  readonly #drops: DropCounter;
  readonly #budget: BooleanBudget;
  #uncut = false;

  constructor(
    clip: ClipOutline,
    canvas: Canvas,
    options: CanonicalOptions,
    drops: DropCounter,
    budget: BooleanBudget,
  ) {
    this.#clip = clip;
    this.#budget = budget;
    this.#bounds = pathBounds(clip.segments);
    const { shape } = clip;
    this.#box = shape?.kind === "rect" && shape.rx === 0 ? this.#bounds : null;
    this.#canvas = canvas;
    this.#options = options;
    this.#drops = drops;
  }

  apply(elements: readonly DrawingElement[]): Intersection {
    const cut = elements.flatMap((element) => this.#element(element));
    return { elements: cut, uncut: this.#uncut };
  }

  #element(element: DrawingElement): readonly DrawingElement[] {
    const extent = this.#seen(extentOf([element]));
    if (!touching(extent, this.#bounds)) return [];
    if (this.#shows(extent)) return [element];
    if (element.kind === "group") {
      const children = element.children.flatMap((child) => this.#element(child));
      return settleGroup(children, element.opacity, this.#options);
    }
    const cut = element.stroke === null ? this.#fill(element) : this.#stroked(element);
    if (cut === undefined) {
      this.#uncut = true;
      return [element];
    }
    return this.#seenOf([cut].flat());
  }

  #seenOf(elements: readonly (DrawingElement | null)[]): DrawingElement[] {
    return elements.flatMap((each) => {
      if (each === null) return [];
      return each.kind === "group" || showsOn(each, this.#canvas) ? [each] : [];
    });
  }

  /** undefined where it cannot be told. */
  #stroked(shape: Shape): readonly DrawingElement[] | undefined {
    const { fill, stroke } = shape;
    if (stroke === null) return undefined;
    const outline = outlineOf(shape);
    const isSolid = stroke.dashes.length === 0;
    const course = isSolid ? outline : dashedPath(outline, stroke, this.#budget);
    const area = course && strokeArea(course, stroke, this.#budget);
    if (area === null) return undefined;
    const evenOdd = shape.fillRule === "evenodd";
    const line = this.#relation(area);
    const inner = fill === null ? line : this.#relation({ segments: outline, evenOdd });
    if (line === "within" && inner === "within") return [shape];
    const filled = fill === null || !hasArea(outline) ? null : this.#fill(fillAlone(shape));
    const drawn = this.#line(shape, stroke, area, line);
    if (filled === undefined || drawn === undefined) return undefined;
    const parts = this.#seenOf([filled, drawn]);
    return shape.opacity === 100 ? parts : settleGroup(parts, shape.opacity, this.#options);
  }

  /** The stroke without the fill and the opacity of both. */
  #line(shape: Shape, stroke: Stroke, area: Area, relation: Relation): Shape | null | undefined {
    if (relation === "apart") return null;
    if (relation === "within") {
      const alone = { ...stroke, opacity: 100 };
      const { opacity } = stroke;
      return {
        ...shape,
        fill: null,
        fillRule: "nonzero",
        fillOpacity: 100,
        stroke: alone,
        opacity,
      };
    }
    const both = combineAreas("intersection", area, this.#clip, this.#budget);
    if (both === null) return undefined;
    const { paint: fill, opacity } = stroke;
    const painted = { ...shape, fill, fillOpacity: 100, stroke: null, opacity };
    return this.#painted(both.segments, both.evenOdd, null, painted);
  }

  #relation(area: Area): Relation {
    return relationOf(area, this.#clip, tolerance, this.#budget);
  }

  /** The part of a box that the canvas shows. */
  #seen({ left, top, right, bottom }: ClipBox): ClipBox {
    const { width, height } = this.#canvas;
    return {
      left: Math.max(left, 0),
      top: Math.max(top, 0),
      right: Math.min(right, width),
      bottom: Math.min(bottom, height),
    };
  }

  /** Whether all of a box lies within the clip. */
  #shows(box: ClipBox): boolean {
    const { segments, evenOdd } = this.#clip;
    return fillCovers(segments, evenOdd, shrunk(box));
  }

  /** null where nothing is left; undefined where it cannot be told simply. */
  #fill(shape: Shape): Shape | null | undefined {
    const outline = outlineOf(shape);
    const { segments, evenOdd } = this.#clip;
    if (fillCovers(outline, shape.fillRule === "evenodd", shrunk(this.#seen(this.#bounds)))) {
      return this.#painted(segments, evenOdd, this.#clip.shape, shape);
    }
    if (this.#box !== null) {
      if (shape.kind === "rect" && shape.rx === 0) return this.#rect(shape, this.#box);
      const cut = clipOutline(outline, this.#box, true);
      return this.#painted(cut, shape.fillRule === "evenodd", null, shape);
    }
    if (shape.kind === "rect" && shape.rx === 0) {
      const cut = clipOutline(segments, pathBounds(outline), true);
      return this.#painted(cut, evenOdd, null, shape);
    }
    const filled = { segments: outline, evenOdd: shape.fillRule === "evenodd" };
    const relation = this.#relation(filled);
    if (relation === "within") return shape;
    if (relation === "apart") return null;
    if (relation === "covers") return this.#painted(segments, evenOdd, this.#clip.shape, shape);
    const both = combineAreas("intersection", filled, this.#clip, this.#budget);
    return both === null ? undefined : this.#painted(both.segments, both.evenOdd, null, shape);
  }

  #rect(shape: Shape & { kind: "rect" }, box: ClipBox): Shape | null {
    const x = Math.max(shape.x, box.left);
    const y = Math.max(shape.y, box.top);
    const width = Math.min(shape.x + shape.width, box.right) - x;
    const height = Math.min(shape.y + shape.height, box.bottom) - y;
    const cut = { kind: "rect", x, y, width, height, rx: 0, ry: 0 } as const;
    return canonicalShape(cut, shape, this.#options, this.#drops);
  }

  /** An outline in the colours of a shape. */
  #painted(
    segments: SegmentList,
    evenOdd: boolean,
    kept: BasicGeometry | null,
    shape: Shape,
  ): Shape | null {
    const { fill, fillOpacity, stroke, opacity } = shape;
    const fillRule = evenOdd ? "evenodd" : "nonzero";
    const appearance = { fill, fillRule, fillOpacity, stroke, opacity } as const;
    if (kept !== null) return canonicalShape(kept, appearance, this.#options, this.#drops);
    const commands = pathInRange(segments, identity, appearance, this.#options, this.#drops);
    return commands === null ? null : { kind: "path", commands, ...appearance };
  }
}

function outlineOf(shape: Shape): SegmentList {
  const outline = new SegmentList();
  traceOutline(shape, outline);
  return outline;
}

/** Whether any part of it is more than a line, which a fill does not show. */
function hasArea(outline: SegmentList): boolean {
  return subpathsOf(outline).some(({ pieces, closed }) => {
    return pieces.length > (closed ? 2 : 1) || pieces.some(({ kind }) => kind !== "line");
  });
}

/** The fill without the stroke and the opacity of both. */
function fillAlone(shape: Shape): Shape {
  return { ...shape, fillOpacity: 100, stroke: null, opacity: shape.fillOpacity };
}

function touching(a: ClipBox, b: ClipBox): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

/** A box smaller than that is judged by its middle. */
function shrunk({ left, top, right, bottom }: ClipBox): ClipBox {
  const x = Math.min(tolerance, (right - left) / 2);
  const y = Math.min(tolerance, (bottom - top) / 2);
  return { left: left + x, top: top + y, right: right - x, bottom: bottom - y };
}
