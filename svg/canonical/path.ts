/**
 * Maps the segments of a path onto the grid.
 *
 * Every subpath begins with a moveto of its own, also after a closepath. Segments that rounding made
 * as short as nothing are left out, unless the subpath has no others: it then keeps one line of no
 * length, which is painted as a dot where the stroke's caps are round or square.
 */
import type { PathCommand } from "../drawing.ts";
import { coordinateRange, radiusRange } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import {
  arcMiddle,
  arcToCubics,
  type Ellipse,
  mirrors,
  radiusShortfall,
  transformEllipse,
} from "../path/arc.ts";
import { SegmentList, segment, segmentLength } from "../path/segments.ts";
import type { Matrix } from "../read/matrix.ts";
import { arcTolerance, roundRadii } from "./arc.ts";

/** Arcs of larger radii, in grid units, are straight beyond what numbers can tell. */
const straightRadius = 1e9;
/** Times that an arc is cut in two, each part anew. */
const mostCuts = 2;

/**
 * @param matrix takes the segments' coordinates to the grid
 * @returns the commands, none where nothing is drawn, or undefined where a point is out of range
 */
export function canonicalPath(
  segments: SegmentList,
  matrix: Matrix,
  options: CanonicalOptions,
): PathCommand[] | undefined {
  writer.begin(options);
  return writer.write(segments, matrix) ? writer.commands : undefined;
}

class PathWriter {
  commands: PathCommand[] = [];
  #options!: CanonicalOptions;
  #most = 0;
  #inRange = true;
  /** The current point before rounding and after it, and the subpath's first. */
  #x = 0;
  #y = 0;
  #u = 0;
  #v = 0;
  #startX = 0;
  #startY = 0;
  /** Whether the subpath's moveto is still to be written. */
  #pending = false;
  /** Whether nothing has followed a closepath. */
  #closed = false;
  /** Whether the subpath has a segment of some length, and whether one of none was left out. */
  #drawn = false;
  #point = false;
  readonly #cubics = new SegmentList();
  readonly #middle = { x: 0, y: 0 };

  begin(options: CanonicalOptions): void {
    this.commands = [];
    this.#options = options;
    this.#most = coordinateRange * options.grid;
    this.#inRange = true;
    // A path that does not begin with a moveto, as only a faulty drawing's does, begins at the origin.
    this.#advance(0, 0, 0, 0);
    this.#startX = this.#startY = 0;
    this.#pending = true;
    this.#closed = this.#drawn = this.#point = false;
  }

  /** False where a point is out of range. */
  write(segments: SegmentList, m: Matrix): boolean {
    const { types, values } = segments;
    const quadratics = this.#options.quadratics === "cubics";
    let at = 0;
    for (let i = 0; i < segments.count; i++) {
      const type = types[i]!;
      switch (type) {
        case segment.move:
          this.#move(mapX(m, values, at), mapY(m, values, at));
          break;
        case segment.line:
          this.#line(mapX(m, values, at), mapY(m, values, at));
          break;
        case segment.quadratic: {
          const x1 = mapX(m, values, at);
          const y1 = mapY(m, values, at);
          const x = mapX(m, values, at + 2);
          const y = mapY(m, values, at + 2);
          if (quadratics) this.#raised(x1, y1, x, y);
          else this.#quadratic(x1, y1, x, y);
          break;
        }
        case segment.cubic:
          this.#cubic(
            mapX(m, values, at),
            mapY(m, values, at),
            mapX(m, values, at + 2),
            mapY(m, values, at + 2),
            mapX(m, values, at + 4),
            mapY(m, values, at + 4),
          );
          break;
        case segment.arc:
          this.#arc(values, at, m);
          break;
        case segment.close:
          this.#close();
      }
      at += segmentLength[type]!;
      if (!this.#inRange) return false;
    }
    this.#endSubpath();
    return true;
  }

  #round(value: number): number {
    const rounded = Math.round(value) + 0;
    if (!(rounded <= this.#most && rounded >= -this.#most)) this.#inRange = false;
    return rounded;
  }

  #advance(x: number, y: number, u: number, v: number): void {
    this.#x = x;
    this.#y = y;
    this.#u = u;
    this.#v = v;
  }

  #move(x: number, y: number): void {
    this.#endSubpath();
    this.#advance(x, y, this.#round(x), this.#round(y));
    this.#startX = x;
    this.#startY = y;
    this.#pending = true;
    this.#closed = false;
  }

  #endSubpath(): void {
    if (this.#point && !this.#drawn) this.#dot();
    this.#drawn = this.#point = false;
  }

  #dot(): void {
    this.#beginSegment();
    this.commands.push({ type: "L", x: this.#u, y: this.#v });
  }

  #beginSegment(): void {
    if (!this.#pending) return;
    this.commands.push({ type: "M", x: this.#u, y: this.#v });
    this.#pending = this.#closed = false;
  }

  #draw(command: PathCommand): void {
    this.#beginSegment();
    this.commands.push(command);
    this.#drawn = true;
  }

  #close(): void {
    // A closepath right after another one closes nothing.
    if (this.#closed && !this.#point) return;
    this.#endSubpath();
    this.#beginSegment();
    this.commands.push({ type: "Z" });
    this.#advance(this.#startX, this.#startY, this.#round(this.#startX), this.#round(this.#startY));
    this.#pending = this.#closed = true;
  }

  #line(x: number, y: number): void {
    const u = this.#round(x);
    const v = this.#round(y);
    if (u === this.#u && v === this.#v) this.#point = true;
    else this.#draw({ type: "L", x: u, y: v });
    this.#advance(x, y, u, v);
  }

  #quadratic(px: number, py: number, x: number, y: number): void {
    const x1 = this.#round(px);
    const y1 = this.#round(py);
    const u = this.#round(x);
    const v = this.#round(y);
    if (u === this.#u && v === this.#v && x1 === u && y1 === v) this.#point = true;
    else this.#draw({ type: "Q", x1, y1, x: u, y: v });
    this.#advance(x, y, u, v);
  }

  /** A quadratic curve as a cubic one. */
  #raised(px: number, py: number, x: number, y: number): void {
    const third = (from: number, to: number) => from + (2 / 3) * (to - from);
    const x1 = third(this.#x, px);
    const y1 = third(this.#y, py);
    this.#cubic(x1, y1, third(x, px), third(y, py), x, y);
  }

  #cubic(px: number, py: number, qx: number, qy: number, x: number, y: number): void {
    const x1 = this.#round(px);
    const y1 = this.#round(py);
    const x2 = this.#round(qx);
    const y2 = this.#round(qy);
    const u = this.#round(x);
    const v = this.#round(y);
    const still = u === this.#u && v === this.#v;
    if (still && x1 === u && y1 === v && x2 === u && y2 === v) this.#point = true;
    else this.#draw({ type: "C", x1, y1, x2, y2, x: u, y: v });
    this.#advance(x, y, u, v);
  }

  #arc(values: Float64Array, at: number, m: Matrix): void {
    const rx = Math.abs(values[at]!);
    const ry = Math.abs(values[at + 1]!);
    const x = mapX(m, values, at + 5);
    const y = mapY(m, values, at + 5);
    if (x === this.#x && y === this.#y) return;
    if (!(rx > 0 && ry > 0)) {
      this.#line(x, y);
      return;
    }
    const ellipse = transformEllipse({ rx, ry, rotation: values[at + 2]! }, m);
    const large = values[at + 3] === 1;
    const sweep = (values[at + 4] === 1) !== mirrors(m);
    // A map of no area makes a line of every arc.
    if (!(ellipse.rx > 0 && ellipse.ry > 0)) {
      this.#line(x, y);
      return;
    }
    ellipse.rx = Math.min(ellipse.rx, straightRadius);
    ellipse.ry = Math.min(ellipse.ry, straightRadius);
    if (this.#options.arcs === "keep") {
      this.#keptArc(ellipse, large, sweep, x, y);
      return;
    }
    this.#cubics.clear();
    arcToCubics(this.#x, this.#y, ellipse, large, sweep, x, y, this.#cubics);
    const cubics = this.#cubics;
    for (let i = 0; i < cubics.count; i++) {
      const c = cubics.values.subarray(6 * i, 6 * i + 6);
      this.#cubic(c[0]!, c[1]!, c[2]!, c[3]!, c[4]!, c[5]!);
    }
  }

  #keptArc(ellipse: Ellipse, large: boolean, sweep: boolean, x: number, y: number): void {
    if (this.#onGrid(ellipse, x, y)) {
      if (ellipse.rx === ellipse.ry) ellipse.rotation = 0;
      this.#drawArc(ellipse, large, sweep, x, y);
      return;
    }
    const dx = x - this.#x;
    const dy = y - this.#y;
    const grow = radiusShortfall(ellipse, dx, dy);
    if (grow > 1) {
      ellipse.rx *= grow;
      ellipse.ry *= grow;
    }
    this.#roundedArc(ellipse, large, sweep, x, y, mostCuts);
  }

  #onGrid({ rx, ry, rotation }: Ellipse, x: number, y: number): boolean {
    return (
      Number.isInteger(rx) &&
      Number.isInteger(ry) &&
      Math.max(rx, ry) <= radiusRange * this.#options.grid &&
      (rx === ry || Number.isInteger(rotation)) &&
      Number.isInteger(x) &&
      Number.isInteger(y) &&
      this.#x === this.#u &&
      this.#y === this.#v
    );
  }

  #roundedArc(
    ellipse: Ellipse,
    large: boolean,
    sweep: boolean,
    x: number,
    y: number,
    cuts: number,
  ): void {
    const u = this.#round(x);
    const v = this.#round(y);
    const vanishes = u === this.#u && v === this.#v;
    if (vanishes && !large) {
      this.#line(x, y);
      return;
    }
    const { rx, ry, rotation } = ellipse;
    if (!vanishes) {
      const { grid } = this.#options;
      const [x0, y0, u0, v0] = [this.#x, this.#y, this.#u, this.#v];
      const error = roundRadii(ellipse, large, sweep, x0, y0, x, y, u0, v0, u, v, grid);
      if (cuts <= 0 || !(error > arcTolerance)) {
        this.#drawArc(ellipse, large, sweep, x, y);
        return;
      }
    }
    const whole = { rx, ry, rotation };
    arcMiddle(this.#x, this.#y, whole, large, sweep, x, y, this.#middle);
    this.#roundedArc({ ...whole }, false, sweep, this.#middle.x, this.#middle.y, cuts - 1);
    this.#roundedArc(whole, false, sweep, x, y, cuts - 1);
  }

  #drawArc(ellipse: Ellipse, largeArc: boolean, sweep: boolean, x: number, y: number): void {
    const { rx, ry, rotation } = ellipse;
    const u = this.#round(x);
    const v = this.#round(y);
    this.#draw({ type: "A", rx, ry, rotation, largeArc, sweep, x: u, y: v });
    this.#advance(x, y, u, v);
  }
}

const writer = new PathWriter();

function mapX(m: Matrix, values: Float64Array, at: number): number {
  return m.a * values[at]! + m.c * values[at + 1]! + m.e;
}

function mapY(m: Matrix, values: Float64Array, at: number): number {
  return m.b * values[at]! + m.d * values[at + 1]! + m.f;
}
