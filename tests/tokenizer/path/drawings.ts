/** Drawings that are canonical under given path options, for property tests. */
import fc from "fast-check";
import type {
  Color,
  CurrentColor,
  Drawing,
  DrawingElement,
  Paint,
  PathCommand,
  Shape,
} from "../../../svg/index.ts";
import type { PathOptions } from "../../../tokenizer/index.ts";

type Arbitrary<T> = fc.Arbitrary<T>;

/** Plain objects, as parsers make them. */
function record<T extends object>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

export function drawings(options: PathOptions): Arbitrary<Drawing> {
  const { grid } = options;
  const shorter = fc.integer({ min: 1, max: grid });
  return fc
    .tuple(
      fc.oneof(
        fc.constant([grid, grid]),
        shorter.map((width) => [width, grid]),
        shorter.map((height) => [grid, height]),
      ),
      fc.array(elements(options), { maxLength: 5 }),
    )
    .map(([[width, height], elements]) => ({ width: width!, height: height!, elements }));
}

function elements(options: PathOptions): Arbitrary<DrawingElement> {
  const shape = shapes(options);
  if (!options.groups) return shape;
  const { element } = fc.letrec<{ element: DrawingElement }>((tie) => ({
    element: fc.oneof(
      { maxDepth: 2 },
      shape,
      record({
        kind: fc.constant("group" as const),
        opacity: percent(options),
        children: fc.array(tie("element"), { maxLength: 3 }),
      }),
    ),
  }));
  return element;
}

/** Mostly on the canvas, at times up to 16 grids beside it. */
function coordinate({ grid }: PathOptions): Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: grid }) },
    { weight: 1, arbitrary: fc.integer({ min: -16 * grid, max: 16 * grid }) },
  );
}

function length({ grid }: PathOptions): Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: grid }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 16 * grid }) },
  );
}

function percent(options: PathOptions): Arbitrary<number> {
  return options.opacity ? fc.integer({ min: 0, max: 100 }) : fc.constant(100);
}

function commands(options: PathOptions): Arbitrary<PathCommand[]> {
  const at = coordinate(options);
  const r = length(options);
  const kinds: Arbitrary<PathCommand>[] = [
    record({ type: fc.constant("M" as const), x: at, y: at }),
    record({ type: fc.constant("L" as const), x: at, y: at }),
    record({ type: fc.constant("C" as const), x1: at, y1: at, x2: at, y2: at, x: at, y: at }),
    fc.constant({ type: "Z" }),
  ];
  if (options.quadratics) {
    kinds.push(record({ type: fc.constant("Q" as const), x1: at, y1: at, x: at, y: at }));
  }
  if (options.arcs) {
    kinds.push(
      fc
        .tuple(r, fc.option(r), fc.option(fc.integer({ min: 0, max: 179 })), at, at)
        .chain(([rx, ry, rotation, x, y]) =>
          record({
            type: fc.constant("A" as const),
            rx: fc.constant(rx),
            ry: fc.constant(ry ?? rx),
            rotation: fc.constant(rotation ?? 0),
            largeArc: fc.boolean(),
            sweep: fc.boolean(),
            x: fc.constant(x),
            y: fc.constant(y),
          }),
        ),
    );
  }
  const start = record({ type: fc.constant("M" as const), x: at, y: at });
  return fc
    .tuple(start, fc.array(fc.oneof(...kinds), { maxLength: 8 }))
    .map(([first, rest]) => [first, ...rest]);
}

function shapes(options: PathOptions): Arbitrary<Shape> {
  const at = coordinate(options);
  const r = length(options);
  const look = appearance(options);
  const shape = <T extends object>(arbitrary: Arbitrary<T>) =>
    fc.tuple(arbitrary, look).map(([geometry, appearance]) => ({ ...geometry, ...appearance }));
  const kind = <K extends Shape["kind"]>(name: K) => fc.constant(name);
  const points = fc.array(record({ x: at, y: at }), { maxLength: 5 });
  const path = shape(record({ kind: kind("path"), commands: commands(options) }));
  if (!options.shapes) return path;
  return fc.oneof(
    path,
    shape(record({ kind: kind("circle"), cx: at, cy: at, r })),
    shape(record({ kind: kind("ellipse"), cx: at, cy: at, rx: r, ry: r })),
    shape(
      fc.tuple(r, fc.boolean()).chain(([rx, round]) =>
        record({
          kind: kind("rect"),
          x: at,
          y: at,
          width: r,
          height: r,
          rx: fc.constant(rx),
          ry: round ? fc.constant(rx) : r,
        }),
      ),
    ),
    shape(record({ kind: kind("line"), x1: at, y1: at, x2: at, y2: at })),
    shape(record({ kind: kind("polyline"), points })),
    shape(record({ kind: kind("polygon"), points })),
  );
}

function color(options: PathOptions): Arbitrary<Color | CurrentColor> {
  const current = fc.constant<CurrentColor>({ kind: "currentColor" });
  if (options.colors === "current") return current;
  const deep = options.colors !== "12-bit";
  const nibble = fc.integer({ min: 0, max: 15 });
  const rgb = deep
    ? fc.integer({ min: 0, max: 0xffffff })
    : fc.tuple(nibble, nibble, nibble).map(([r, g, b]) => r * 0x110000 + g * 0x1100 + b * 0x11);
  return fc.oneof(
    current,
    rgb.map((rgb): Color => ({ kind: "color", rgb })),
  );
}

function paint(options: PathOptions): Arbitrary<Paint> {
  const plain = color(options);
  if (!options.gradients) return plain;
  const at = coordinate(options);
  const spread = fc.constantFrom("pad" as const, "reflect" as const, "repeat" as const);
  const anyPercent = fc.integer({ min: 0, max: 100 });
  const stops = fc.array(record({ offset: anyPercent, color: plain, opacity: anyPercent }), {
    maxLength: 3,
  });
  const radial = record({ cx: at, cy: at, ax: at, ay: at, bx: at, by: at, spread, stops }).chain(
    (gradient) =>
      fc.option(record({ fx: at, fy: at })).map((focus) => ({
        kind: "radialGradient" as const,
        ...gradient,
        ...(focus ?? { fx: gradient.cx, fy: gradient.cy }),
      })),
  );
  return fc.oneof(
    { weight: 4, arbitrary: plain },
    {
      weight: 1,
      arbitrary: record({
        kind: fc.constant("linearGradient" as const),
        x1: at,
        y1: at,
        x2: at,
        y2: at,
        spread,
        stops,
      }),
    },
    { weight: 1, arbitrary: radial },
  );
}

function appearance(options: PathOptions) {
  const quarters = (max: number) => fc.integer({ min: 1, max }).map((value) => value / 4);
  const stroke = record({
    paint: paint(options),
    width: quarters(8 * options.grid),
    cap: fc.constantFrom("butt" as const, "round" as const, "square" as const),
    join: fc.constantFrom("miter" as const, "round" as const, "bevel" as const),
    miterLimit: fc.integer({ min: 1, max: 40 }),
    dashes: fc.array(quarters(200), { maxLength: 4 }),
    dashOffset: fc.integer({ min: -400, max: 400 }).map((value) => value / 4 + 0),
    opacity: percent(options),
  });
  return record({
    fill: fc.option(paint(options)),
    fillRule: fc.constantFrom("nonzero" as const, "evenodd" as const),
    fillOpacity: percent(options),
    stroke: options.strokes ? fc.option(stroke) : fc.constant(null),
    opacity: percent(options),
  });
}
