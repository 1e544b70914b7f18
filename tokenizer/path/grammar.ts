/**
 * The grammar of a drawing's tokens, stated once: its productions. Encoding writes productions in the
 * order of their slots, decoding reads them, and the automaton finds from the same table what may follow
 * and how few tokens end a drawing.
 */
import {
  caps,
  fillRules,
  joins,
  largestInteger,
  type PathLayout,
  type TokenClass,
} from "./layout.ts";
import type { Pen } from "./pen.ts";
import {
  type Effect,
  type PaintToken,
  type Production,
  type Section,
  type Slot,
  slots,
} from "./production.ts";

export interface Grammar extends ReturnType<typeof productionsOf> {
  readonly layout: PathLayout;
  readonly merged: boolean;
  readonly relative: boolean;
  /** Tokens of a point. */
  readonly pointTokens: number;
  /** First ids of the classes that hold numbers: of the layout's, those that are asked for most. */
  readonly numbers: Pick<PathLayout["first"], (typeof numberClasses)[number]>;
  /** The production that an id begins. */
  productionOf(id: number): Production | undefined;
}

/** How far coordinates go in canonical drawings, and radii of arcs, in grids. */
export const farthest = 16;
export const farthestRadius = 64;
export const mostDashes = 64;
export const fewestStops = 2;

const numberClasses = [
  ...(["x", "y", "dx", "dy", "point", "length"] as const),
  ...(["minus", "plus", "digit", "lastDigit"] as const),
] as const;

export function createGrammar(layout: PathLayout): Grammar {
  const { x, y, dx, dy, point, length, minus, plus, digit, lastDigit } = layout.first;
  const productions = productionsOf(layout);
  const byId: (Production | undefined)[] = new Array(layout.size - layout.textSize).fill(undefined);
  for (const production of Object.values(productions.sections).flat()) {
    const from = production.first - layout.textSize;
    byId.fill(production, from, from + production.count);
  }
  const merged = layout.options.coordinates === "merged";
  return {
    ...productions,
    layout,
    merged,
    relative: layout.options.positions === "relative",
    pointTokens: merged ? 1 : 2,
    numbers: { x, y, dx, dy, point, length, minus, plus, digit, lastDigit },
    productionOf: (id) => byId[id - layout.textSize],
  };
}

/** By section, in the order in which a drawing may hold them. */
function productionsOf({ options, first, count }: PathLayout) {
  const { grid } = options;
  const { x, y, toX, toY, point, length, integer, spread } = slots;
  const at = options.coordinates === "merged" ? [point] : [x, y];
  const to = options.coordinates === "merged" ? [point] : [toX, toY];

  const inSection =
    (section: Section, rank = 0) =>
    (
      token: TokenClass,
      ownSlots: readonly Slot[],
      effect: Effect,
      [low, high, most = high]: readonly [low: number, high: number, most?: number] = [0, 0],
    ): Production => ({
      token,
      first: first[token],
      count: count[token],
      section,
      slots: ownSlots,
      rank,
      range: [low, high, most],
      effect,
    });

  const opening = inSection("opening");
  const drawing = opening("drawing", [], (on) => on.begin());

  const side = inSection("size");
  const sides = {
    width: side("width", [integer], (on, [width]) => on.size(width, grid), [1, grid - 1]),
    height: side("height", [integer], (on, [height]) => on.size(grid, height), [1, grid - 1]),
  };

  const body = inSection("body");
  const bodies = {
    group: body("group", [], (on) => on.group()),
    endGroup: body("endGroup", [], (on) => on.endGroup()),
    eos: body("eos", [], (on) => on.end()),
  };
  const fade = inSection("fade");
  const groupOpacity = fade("groupOpacity", [integer], (on, [v]) => on.fade(v), [1, 99, 100]);

  const paintOf = inSection("paint", 1);
  const paint = (token: PaintToken, own: readonly Slot[]) =>
    paintOf(token, own, (on, values, variant) => on.paint(token, values, variant));
  const paints = {
    none: paint("none", []),
    currentColor: paint("currentColor", []),
    color: paint("color", count.shade > 0 ? [slots.shade] : []),
    red: paint("red", [slots.green, slots.blue]),
    linearGradient: paint("linearGradient", [...at, ...at, spread]),
    radialGradient: paint("radialGradient", [...at, ...at, ...at, spread]),
    focalGradient: paint("focalGradient", [...at, ...at, ...at, ...at, spread]),
  };
  const stops = {
    stop: inSection("stop")("stop", [integer], (on, [offset]) => on.stop(offset), [0, 100]),
    stopOpacity: inSection("stopOpacity")(
      "stopOpacity",
      [integer],
      (on, [percent]) => on.stopOpacity(percent),
      [0, 100],
    ),
  };

  let rank = 1;
  const property = (...[token, own, effect, range]: Parameters<ReturnType<typeof inSection>>) =>
    inSection("property", ++rank)(token, own, effect, range);
  type Set = (pen: Pen, value: number) => void;
  const number = (token: TokenClass, range: readonly [number, number, number?], set: Set) =>
    property(token, [integer], ({ pen }, [value]) => set(pen, value), range);
  const choice = (token: TokenClass, set: Set) =>
    property(token, [], ({ pen }, _, variant) => set(pen, variant));
  const percent = [1, 100] as const;
  const properties = {
    stroke: property("stroke", [], (on) => on.strokePaint()),
    strokeWidth: number("strokeWidth", [1, 4 * farthest * grid, largestInteger], (pen, value) => {
      pen.strokeWidth = value / 4;
    }),
    cap: choice("cap", (pen, variant) => {
      pen.cap = caps[variant]!;
    }),
    join: choice("join", (pen, variant) => {
      pen.join = joins[variant]!;
    }),
    miterLimit: number("miterLimit", [1, 1000, largestInteger], (pen, value) => {
      pen.miterLimit = value;
    }),
    dashes: property("dashes", [slots.count], ({ pen }, values) => {
      pen.dashes = values.slice(1, 1 + values[0]).map((value) => value / 4);
    }),
    dashOffset: property(
      "dashOffset",
      [slots.signed],
      ({ pen }, [value]) => {
        pen.dashOffset = value / 4;
      },
      [0, largestInteger],
    ),
    strokeOpacity: number("strokeOpacity", percent, (pen, value) => {
      pen.strokeOpacity = value;
    }),
    fillOpacity: number("fillOpacity", percent, (pen, value) => {
      pen.fillOpacity = value;
    }),
    fillRule: choice("fillRule", (pen, variant) => {
      pen.fillRule = fillRules[variant]!;
    }),
    opacity: number("opacity", percent, (pen, value) => {
      pen.opacity = value;
    }),
  };

  const shape = inSection("shape");
  const rect = (token: TokenClass, lengths: number) =>
    shape(
      token,
      [...at, ...new Array<Slot>(lengths).fill(length)],
      (on, [x, y, width, height, fifth, sixth]) => {
        const rx = lengths > 2 ? fifth : 0;
        const ry = lengths > 3 ? sixth : rx;
        on.shape({ kind: "rect", x, y, width, height, rx, ry });
      },
    );
  const shapes = {
    path: shape("path", at, (on) => on.outline("path")),
    circle: shape("circle", [...at, length], (on, [cx, cy, r]) =>
      on.shape({ kind: "circle", cx, cy, r }),
    ),
    ellipse: shape("ellipse", [...at, length, length], (on, [cx, cy, rx, ry]) =>
      on.shape({ kind: "ellipse", cx, cy, rx, ry }),
    ),
    rect: rect("rect", 2),
    roundRect: rect("roundRect", 3),
    ovalRect: rect("ovalRect", 4),
    line: shape("line", [...at, ...to], (on, [x1, y1, x2, y2]) =>
      on.shape({ kind: "line", x1, y1, x2, y2 }),
    ),
    polyline: shape("polyline", [], (on) => on.outline("polyline")),
    polygon: shape("polygon", [], (on) => on.outline("polygon")),
  };
  const pointOf = inSection("point");
  const points = {
    first: pointOf("point", at, (on) => on.point()),
    next: pointOf("point", to, (on) => on.point()),
  };

  const command = inSection("command");
  const line = (token: TokenClass, own: readonly Slot[]) =>
    command(token, own, (on) => on.command({ type: "L", x: on.x, y: on.y }));
  const arc = (token: TokenClass, radii: readonly Slot[]) =>
    command(
      token,
      [...radii, ...to],
      (on, v, variant) => {
        on.command({
          type: "A",
          rx: v[0],
          ry: radii.length > 1 ? v[1] : v[0],
          rotation: radii.length > 2 ? v[2] : 0,
          largeArc: variant >= 2,
          sweep: variant % 2 === 1,
          x: on.x,
          y: on.y,
        });
      },
      [1, 179],
    );
  const commands = {
    moveto: command("moveto", at, (on) => on.command({ type: "M", x: on.x, y: on.y })),
    lineto: line("lineto", to),
    horizontal: line("horizontal", [toX]),
    vertical: line("vertical", [toY]),
    quadratic: command("quadratic", [...to, ...to], (on, v) =>
      on.command({ type: "Q", x1: v[0], y1: v[1], x: v[2], y: v[3] }),
    ),
    cubic: command("cubic", [...to, ...to, ...to], (on, v) =>
      on.command({ type: "C", x1: v[0], y1: v[1], x2: v[2], y2: v[3], x: v[4], y: v[5] }),
    ),
    circularArc: arc("circularArc", [length]),
    ellipticArc: arc("ellipticArc", [length, length]),
    rotatedArc: arc("rotatedArc", [length, length, integer]),
    close: command("close", [], (on) => on.command({ type: "Z" })),
  };

  const present = (all: Readonly<Record<string, Production>>) =>
    Object.values(all).filter((production) => production.count > 0);
  return {
    drawing,
    ...sides,
    ...bodies,
    groupOpacity,
    paints,
    stops,
    properties,
    shapes,
    points,
    commands,
    /** Those that the options leave in. */
    sections: {
      opening: [drawing],
      size: present(sides),
      fade: present({ groupOpacity }),
      body: present(bodies),
      paint: present(paints),
      stop: present(stops),
      property: present(properties),
      shape: present(shapes),
      command: present(commands),
    },
  };
}
