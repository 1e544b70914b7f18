/** Brings one shape onto the grid: its geometry, and how it is painted. */
import { canonicalAppearance } from "../canonical/appearance.ts";
import type { BasicGeometry } from "../canonical/geometry.ts";
import { pathInRange } from "../canonical/range.ts";
import { canonicalShape } from "../canonical/shape.ts";
import { type Canvas, showsOn } from "../canonical/shown.ts";
import type { Appearance, Paint, Shape } from "../drawing.ts";
import { maxSegments } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { pathBounds } from "../path/bounds.ts";
import { outlineLength } from "../path/flatten.ts";
import { mapSegments } from "../path/map.ts";
import { SegmentList } from "../path/segments.ts";
import type { ElementStyle, InheritedStyle, OwnStyle } from "../style/computed.ts";
import type { XmlElement } from "../xml/element.ts";
import type { Source } from "../xml/source.ts";
import { attributeOf } from "./attributes.ts";
import {
  type GeometryFault,
  mapShape,
  readGeometry,
  type ShapeName,
  staysShape,
  traceInto,
} from "./geometry.ts";
import type { GradientPlace } from "./gradient.ts";
import { parseFraction } from "./length.ts";
import type { Matrix } from "./matrix.ts";
import { isPlain, looseAppearance, mayPaint, type PaintContext } from "./paint-source.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Box, diagonalOf } from "./viewport.ts";

/** Of the path being read; shared by all readers, as each finishes before another begins. */
const segments = new SegmentList();

/** The outline of a shape on the grid, before rounding. */
export interface ShapeOutline {
  readonly segments: SegmentList;
  /** The shape itself, where it is still one. */
  readonly shape: BasicGeometry | null;
}

export class ShapeReader {
  readonly #source: Source;
  readonly #options: CanonicalOptions;
  readonly #paints: PaintContext;
  readonly #canvas: Canvas;
  #segmentsLeft = maxSegments;
  /** The last plain appearance, and what it was made of. */
  #lastStyle: Readonly<InheritedStyle> | null = null;
  #lastOwn: Readonly<OwnStyle> | null = null;
  #lastMatrix: Matrix | null = null;
  #lastIsLine = false;
  #lastAppearance: Appearance | undefined;

  constructor(source: Source, options: CanonicalOptions, paints: PaintContext, canvas: Canvas) {
    this.#source = source;
    this.#options = options;
    this.#paints = paints;
    this.#canvas = canvas;
  }

  /**
   * @param matrix from the shape's own coordinates to the grid
   * @param anywhere whether it is read even where it does not reach the canvas
   * @param whole the box that its gradients are fitted to, where it is a part of something
   * @returns null where nothing is painted
   * @throws SvgError `limit` where the drawing has too many segments
   */
  read(
    element: XmlElement,
    style: ElementStyle,
    matrix: Matrix,
    port: Surroundings["port"],
    anywhere: boolean,
    whole: Box | null = null,
  ): Shape | null {
    const { inherited } = style;
    if (!inherited.visible || style.own.opacity === 0) return null;
    if (inherited.marked && markable.has(element.name)) this.#paints.drops.add("marker");
    if (!mayPaint(inherited)) return null;
    const geometry = this.#geometry(element, style, port);
    if (geometry === null) return null;
    const place = { matrix, port, box: () => whole ?? boundsOf(geometry) };
    const isLine = geometry !== "path" && geometry.kind === "line";
    const dashScale = inherited.dashes.length === 0 ? 1 : dashScaleOf(element, geometry);
    const appearance = this.#appearance(element, style, place, isLine, dashScale);
    if (appearance === undefined) return null;
    const shape = this.#shape(geometry, matrix, appearance);
    if (shape === null || !(anywhere || showsOn(shape, this.#canvas))) return null;
    const { fill, stroke } = appearance;
    if (inherited.strokeFirst && fill !== null && stroke !== null) {
      this.#paints.drops.add("paint-order");
    }
    return shape;
  }

  /** Bounds in the shape's own coordinates; null where it has none. */
  bounds(element: XmlElement, style: ElementStyle, port: Surroundings["port"]): Box | null {
    const geometry = this.#geometry(element, style, port);
    return geometry === null ? null : boundsOf(geometry);
  }

  /** Its outline on the grid, which is not part of the drawing; null where it has none. */
  outline(
    element: XmlElement,
    style: ElementStyle,
    matrix: Matrix,
    port: Surroundings["port"],
  ): ShapeOutline | null {
    const geometry = this.#geometry(element, style, port, false);
    if (geometry === null) return null;
    if (geometry !== "path") traceInto(geometry, segments);
    const kept = geometry !== "path" && staysShape(geometry, matrix, false);
    return {
      segments: mapSegments(segments, matrix),
      shape: kept ? mapShape(geometry, matrix) : null,
    };
  }

  #shape(geometry: BasicGeometry | "path", matrix: Matrix, appearance: Appearance): Shape | null {
    const { drops } = this.#paints;
    const dashed = appearance.stroke !== null && appearance.stroke.dashes.length > 0;
    if (geometry !== "path") {
      if (staysShape(geometry, matrix, dashed)) {
        return canonicalShape(mapShape(geometry, matrix), appearance, this.#options, drops);
      }
      traceInto(geometry, segments);
    }
    const commands = pathInRange(segments, matrix, appearance, this.#options, drops);
    if (commands === null) return null;
    const { fill, fillRule, fillOpacity, stroke, opacity } = appearance;
    return { kind: "path", commands, fill, fillRule, fillOpacity, stroke, opacity };
  }

  /** null where nothing is painted; a path's segments are in `segments`. */
  #geometry(element: XmlElement, style: ElementStyle, port: Surroundings["port"], charged = true) {
    const { drops } = this.#paints;
    const { geometry } = style.own;
    const { units } = style.inherited;
    const attributes = (name: string) => geometry?.get(name) ?? attributeOf(element, name);
    const { width, height } = port;
    const lengths = { width, height, diagonal: diagonalOf(port), units };
    const fault: GeometryFault = { reason: "none" };
    const name = element.name as ShapeName;
    const read = readGeometry(name, attributes, lengths, this.#segmentsLeft, segments, fault);
    const { reason } = fault as GeometryFault;
    if (reason === "error") drops.add("path-error");
    if (reason === "limit") this.#charge(Number.POSITIVE_INFINITY, element);
    if (!charged) return read;
    if (read === "path") this.#charge(segments.count, element);
    else if (read !== null && "points" in read) this.#charge(read.points.length, element);
    return read;
  }

  #charge(count: number, element: XmlElement): void {
    this.#segmentsLeft -= count;
    if (this.#segmentsLeft >= 0) return;
    const message = `more than ${maxSegments} segments to draw`;
    throw this.#source.error("limit", message, element.offset);
  }

  /** undefined where nothing is painted. */
  #appearance(
    element: XmlElement,
    style: ElementStyle,
    place: GradientPlace,
    isLine: boolean,
    dashScale: number,
  ): Appearance | undefined {
    const { inherited, own } = style;
    const plain = dashScale === 1 && isPlain(inherited);
    const known =
      plain &&
      inherited === this.#lastStyle &&
      own === this.#lastOwn &&
      place.matrix === this.#lastMatrix &&
      isLine === this.#lastIsLine;
    if (known) return this.#lastAppearance;
    const loose = looseAppearance(inherited, own, place, this.#paints, dashScale);
    this.#charge(stopsOf(loose.fill) + stopsOf(loose.stroke?.paint), element);
    const seen = isLine ? { ...loose, fill: null } : loose;
    const appearance = canonicalAppearance(seen, this.#options, this.#paints.drops);
    if (plain) {
      this.#lastStyle = inherited;
      this.#lastOwn = own;
      this.#lastMatrix = place.matrix;
      this.#lastIsLine = isLine;
      this.#lastAppearance = appearance;
    }
    return appearance;
  }
}

function stopsOf(paint: Paint | null | undefined): number {
  return paint !== null && paint !== undefined && "stops" in paint ? paint.stops.length : 0;
}

const markable = new Set(["path", "line", "polyline", "polygon"]);

/**
 * How many times as long dashes are as written, where the author says how long the path is taken to
 * be; 0 where they have no length.
 */
function dashScaleOf(element: XmlElement, geometry: BasicGeometry | "path"): number {
  const written = attributeOf(element, "pathLength");
  if (written === undefined) return 1;
  const length = parseFraction(written) ?? 0;
  if (length < 0) return 1;
  if (!(length > 0)) return 0;
  if (geometry !== "path") traceInto(geometry, segments);
  return outlineLength(segments) / length;
}

function boundsOf(geometry: BasicGeometry | "path"): Box {
  if (geometry !== "path") traceInto(geometry, segments);
  const { left, top, right, bottom } = pathBounds(segments);
  return { x: left, y: top, width: right - left, height: bottom - top };
}
