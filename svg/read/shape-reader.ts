/** Brings one shape onto the grid: its geometry, and how it is painted. */
import { canonicalAppearance } from "../canonical/appearance.ts";
import { canonicalPath } from "../canonical/path.ts";
import { type BasicGeometry, canonicalShape } from "../canonical/shape.ts";
import type { Appearance, Shape } from "../drawing.ts";
import { maxSegments } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { pathBounds } from "../path/bounds.ts";
import { SegmentList } from "../path/segments.ts";
import type { ElementStyle } from "../style/cascade.ts";
import type { InheritedStyle, OwnStyle } from "../style/computed.ts";
import type { XmlElement } from "../xml/scan.ts";
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
import type { Matrix } from "./matrix.ts";
import { isPlain, looseAppearance, mayPaint, type PaintContext } from "./paint-source.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Box, diagonalOf } from "./viewport.ts";

/** Of the path being read; shared by all readers, as each finishes before another begins. */
const segments = new SegmentList();

export class ShapeReader {
  readonly #source: Source;
  readonly #options: CanonicalOptions;
  readonly #paints: PaintContext;
  #segmentsLeft = maxSegments;
  /** The last plain appearance, and what it was made of. */
  #lastStyle: Readonly<InheritedStyle> | null = null;
  #lastOwn: Readonly<OwnStyle> | null = null;
  #lastMatrix: Matrix | null = null;
  #lastIsLine = false;
  #lastAppearance: Appearance | undefined;

  constructor(source: Source, options: CanonicalOptions, paints: PaintContext) {
    this.#source = source;
    this.#options = options;
    this.#paints = paints;
  }

  /**
   * @param matrix from the shape's own coordinates to the grid
   * @returns null where nothing is painted
   * @throws SvgError `limit` where the drawing has too many segments
   */
  read(
    element: XmlElement,
    style: ElementStyle,
    matrix: Matrix,
    port: Surroundings["port"],
  ): Shape | null {
    const { inherited } = style;
    if (!inherited.visible || style.own.opacity === 0 || !mayPaint(inherited)) return null;
    const geometry = this.#geometry(element, style, port);
    if (geometry === null) return null;
    const place = { matrix, port, box: () => boundsOf(geometry) };
    const isLine = geometry !== "path" && geometry.kind === "line";
    const appearance = this.#appearance(style, place, isLine);
    if (appearance === undefined) return null;
    const shape = this.#shape(geometry, matrix, appearance);
    if (shape !== null) this.#count(inherited, appearance);
    return shape;
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
    const commands = canonicalPath(segments, matrix, this.#options);
    if (commands === undefined) drops.add("out-of-range");
    if (commands === undefined || commands.length === 0) return null;
    const { fill, fillRule, fillOpacity, stroke, opacity } = appearance;
    return { kind: "path", commands, fill, fillRule, fillOpacity, stroke, opacity };
  }

  /** Counts what the shape's style asks for that the canonical form cannot hold. */
  #count(style: Readonly<InheritedStyle>, { fill, stroke }: Appearance): void {
    const { drops } = this.#paints;
    if (style.marked) drops.add("marker");
    if (style.strokeFirst && fill !== null && stroke !== null) drops.add("paint-order");
  }

  /** null where nothing is painted; a path's segments are in `segments`. */
  #geometry(element: XmlElement, style: ElementStyle, port: Surroundings["port"]) {
    const { drops } = this.#paints;
    const { geometry } = style.own;
    const { fontSize } = style.inherited;
    const attributes = (name: string) => geometry?.get(name) ?? attributeOf(element, name);
    const { width, height } = port;
    const lengths = { width, height, diagonal: diagonalOf(port), fontSize };
    const fault: GeometryFault = { reason: "none" };
    const name = element.name as ShapeName;
    const read = readGeometry(name, attributes, lengths, this.#segmentsLeft, segments, fault);
    const { reason } = fault as GeometryFault;
    if (reason === "error") drops.add("path-error");
    if (reason === "limit") {
      const message = `more than ${maxSegments} segments to draw`;
      throw this.#source.error("limit", message, element.offset);
    }
    if (read === "path") this.#segmentsLeft -= segments.count;
    else if (read !== null && "points" in read) this.#segmentsLeft -= read.points.length;
    return read;
  }

  /** undefined where nothing is painted. */
  #appearance(style: ElementStyle, place: GradientPlace, isLine: boolean): Appearance | undefined {
    const { inherited, own } = style;
    const known =
      inherited === this.#lastStyle &&
      own === this.#lastOwn &&
      place.matrix === this.#lastMatrix &&
      isLine === this.#lastIsLine;
    if (known) return this.#lastAppearance;
    const loose = looseAppearance(inherited, own, place, this.#paints);
    const seen = isLine ? { ...loose, fill: null } : loose;
    const appearance = canonicalAppearance(seen, this.#options, this.#paints.drops);
    if (isPlain(inherited)) {
      this.#lastStyle = inherited;
      this.#lastOwn = own;
      this.#lastMatrix = place.matrix;
      this.#lastIsLine = isLine;
      this.#lastAppearance = appearance;
    }
    return appearance;
  }
}

function boundsOf(geometry: BasicGeometry | "path"): Box {
  if (geometry !== "path") traceInto(geometry, segments);
  const { left, top, right, bottom } = pathBounds(segments);
  return { x: left, y: top, width: right - left, height: bottom - top };
}
