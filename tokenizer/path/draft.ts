/** A drawing on the way, as productions change it: its pen, its place on a canvas, what is open. */
import type {
  Appearance,
  Color,
  CurrentColor,
  GradientStop,
  PathCommand,
} from "../../svg/index.ts";
import type { Grammar } from "./grammar.ts";
import { type PathLayout, spreads } from "./layout.ts";
import { initialPen, lookOf, type Pen, type PenPaint } from "./pen.ts";
import type { Drafting, Geometry, OutlineKind, PaintToken, Values } from "./production.ts";

/** What is drawn, element by element. */
export interface Canvas {
  /** @param grid size, before the first element. */
  size(width: number, height: number): void;
  shape(geometry: Geometry, look: Appearance): void;
  /** A path or polyline, which commands or points follow, and then its end. */
  outline(kind: OutlineKind, look: Appearance): void;
  command(command: PathCommand): void;
  point(x: number, y: number, isFirst: boolean): void;
  endOutline(): void;
  group(): void;
  fade(opacity: number): void;
  endGroup(): void;
}

/** Where in the grammar a drawing stands when no production is open. */
export type Mode =
  | "opening"
  | "size"
  /** After the token of a group. */
  | "group"
  | "body"
  /** After a property: an element must follow. */
  | "style"
  /** A paint must follow: the stroke's, or the color of a stop. */
  | "stroke"
  | "stopColor"
  | "stops"
  | "path"
  | "points"
  | "done";

interface Gradient {
  readonly target: "fill" | "stroke";
  readonly token: "linearGradient" | "radialGradient" | "focalGradient";
  readonly values: Values;
  readonly stops: GradientStop[];
}

export class Draft<On extends Canvas> implements Drafting {
  readonly grammar: Grammar;
  readonly layout: PathLayout;
  readonly canvas: On;
  mode: Mode = "opening";

  pen: Pen;
  x = 0;
  y = 0;
  startX = 0;
  startY = 0;
  width: number;
  height: number;

  depth = 0;
  /** Rank of the last property before the coming element. */
  rank = 0;
  gradient: Gradient | undefined = undefined;
  stopOffset = 0;
  /** Whether the last stop may still be given an opacity. */
  stopOpen = false;
  /** Whether the open group holds an element. */
  filled = true;
  /** Whether the open subpath has a command, and whether its last one closed it. */
  drawn = false;
  closed = false;
  /** Points of the open polyline. */
  points = 0;

  constructor(grammar: Grammar, canvas: On) {
    const { layout } = grammar;
    this.grammar = grammar;
    this.layout = layout;
    this.canvas = canvas;
    this.pen = initialPen(layout.options);
    this.width = this.height = layout.options.grid;
  }

  /** Becomes as another draft is, but for the canvas. */
  protected become(other: Draft<On>): void {
    this.mode = other.mode;
    this.pen = { ...other.pen };
    this.x = other.x;
    this.y = other.y;
    this.startX = other.startX;
    this.startY = other.startY;
    this.width = other.width;
    this.height = other.height;
    this.depth = other.depth;
    this.rank = other.rank;
    const { gradient } = other;
    this.gradient = gradient && { ...gradient, stops: gradient.stops.slice() };
    this.stopOffset = other.stopOffset;
    this.stopOpen = other.stopOpen;
    this.filled = other.filled;
    this.drawn = other.drawn;
    this.closed = other.closed;
    this.points = other.points;
  }

  begin(): void {
    this.mode = "size";
  }

  size(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.canvas.size(width, height);
    this.mode = "body";
  }

  group(): void {
    this.depth++;
    this.filled = false;
    this.canvas.group();
    this.mode = "group";
  }

  fade(opacity: number): void {
    this.canvas.fade(opacity);
    this.mode = "body";
  }

  endGroup(): void {
    this.depth--;
    this.canvas.endGroup();
    this.endElement();
  }

  end(): void {
    this.mode = "done";
  }

  strokePaint(): void {
    this.mode = "stroke";
  }

  paint(token: PaintToken, values: Values, variant: number): void {
    const target = this.mode === "stroke" ? "stroke" : "fill";
    switch (token) {
      case "none":
        this.#setPaint(target, null);
        return;
      case "currentColor":
        this.#setColor(target, { kind: "currentColor" });
        return;
      case "color": {
        const lower = this.layout.count.shade === 0 ? variant : values[0];
        this.#setColor(target, {
          kind: "color",
          rgb: (spreadNibbles(variant) << 4) | spreadNibbles(lower),
        });
        return;
      }
      case "red":
        this.#setColor(target, {
          kind: "color",
          rgb: (variant << 16) | (values[0] << 8) | values[1],
        });
        return;
      default: {
        // A copy: the values of the stops take their place.
        const kept = values.slice() as unknown as Values;
        this.gradient = { target, token, values: kept, stops: [] };
        this.stopOpen = false;
        this.mode = "stops";
      }
    }
  }

  #setColor(target: "fill" | "stroke", color: Color | CurrentColor): void {
    if (this.mode !== "stopColor") {
      this.#setPaint(target, color);
      return;
    }
    this.gradient!.stops.push({ offset: this.stopOffset, color, opacity: 100 });
    this.stopOpen = true;
    this.mode = "stops";
  }

  #setPaint(target: "fill" | "stroke", paint: PenPaint): void {
    this.pen[target] = paint;
    this.mode = "style";
  }

  stop(offset: number): void {
    this.stopOffset = offset;
    this.mode = "stopColor";
  }

  stopOpacity(opacity: number): void {
    const { stops } = this.gradient!;
    stops.push({ ...stops.pop()!, opacity });
    this.stopOpen = false;
  }

  protected endGradient(): void {
    const { target, token, values, stops } = this.gradient!;
    this.gradient = undefined;
    if (token === "linearGradient") {
      const [x1, y1, x2, y2, spread] = values;
      const ramp = { spread: spreads[spread]!, stops };
      this.#setPaint(target, { kind: token, x1, y1, x2, y2, ...ramp });
      return;
    }
    const [cx, cy, ax, ay, bx, by] = values;
    const focal = token === "focalGradient";
    const [fx, fy, spread] = focal
      ? ([values[6], values[7], values[8]] as const)
      : ([cx, cy, values[6]] as const);
    const ramp = { spread: spreads[spread]!, stops };
    this.#setPaint(target, { kind: "radialGradient", cx, cy, ax, ay, bx, by, fx, fy, ...ramp });
  }

  shape(geometry: Geometry): void {
    this.canvas.shape(geometry, lookOf(this.pen));
    this.endElement();
  }

  outline(kind: OutlineKind): void {
    this.canvas.outline(kind, lookOf(this.pen));
    this.points = 0;
    if (kind === "path") this.command({ type: "M", x: this.x, y: this.y });
    else this.mode = "points";
  }

  command(command: PathCommand): void {
    this.mode = "path";
    this.drawn = command.type !== "M";
    this.closed = command.type === "Z";
    if (command.type === "M") {
      this.startX = this.x;
      this.startY = this.y;
    } else if (this.closed) {
      this.x = this.startX;
      this.y = this.startY;
    }
    this.canvas.command(command);
  }

  point(): void {
    this.canvas.point(this.x, this.y, this.points === 0);
    this.points++;
  }

  protected endElement(): void {
    this.filled = true;
    this.rank = 0;
    this.mode = "body";
  }
}

/** 0xabc to 0x0a0b0c. */
function spreadNibbles(color: number): number {
  return ((color & 0xf00) << 8) | ((color & 0xf0) << 4) | (color & 0xf);
}
