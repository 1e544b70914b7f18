/** Generators of canonical drawings for property tests. */
import fc from "fast-check";
import {
  type Appearance,
  type CanonicalOptions,
  canonicalise,
  type Drawing,
  type DrawingElement,
  defaultCanonicalOptions,
  type GradientStop,
  type Paint,
  type PathCommand,
  type Shape,
  type Stroke,
} from "../../svg/index.ts";

/** Records as a program writes them, which deep equality tells from ones without a prototype. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true } as fc.RecordConstraints<
    keyof T
  >) as fc.Arbitrary<T>;
}

/** Drawings that are canonical under the options, with every kind of element, paint and stroke. */
export function drawing(options: Partial<CanonicalOptions> = {}): fc.Arbitrary<Drawing> {
  return looseDrawing(options).map((loose) => canonicalise(loose, options));
}

/** Drawings of the right types and size whose canonical form may be another one. */
export function looseDrawing(options: Partial<CanonicalOptions> = {}): fc.Arbitrary<Drawing> {
  const { grid } = { ...defaultCanonicalOptions, ...options };
  const side = fc.oneof(
    { weight: 3, arbitrary: fc.constant(grid) },
    fc.integer({ min: 1, max: grid }),
  );
  return fc
    .tuple(side, fc.boolean(), elements(grid))
    .map(([shorter, upright, children]) =>
      upright
        ? { width: shorter, height: grid, elements: children }
        : { width: grid, height: shorter, elements: children },
    );
}

function elements(grid: number): fc.Arbitrary<DrawingElement[]> {
  const { tree } = fc.letrec<{ tree: DrawingElement; children: DrawingElement[] }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 5, arbitrary: shape(grid) },
      {
        weight: 1,
        arbitrary: record({
          kind: fc.constant("group" as const),
          opacity: percent,
          children: tie("children"),
        }),
      },
    ),
    children: fc.array(tie("tree"), { maxLength: 4 }),
  }));
  return fc.array(tree, { maxLength: 8 });
}

const percent = fc.oneof(
  { weight: 3, arbitrary: fc.constant(100) },
  fc.integer({ min: 0, max: 100 }),
);

/** Mostly on the canvas, at times far beyond it. */
function coordinate(grid: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: grid }) },
    { weight: 1, arbitrary: fc.integer({ min: -grid, max: 2 * grid }) },
    { weight: 1, arbitrary: fc.integer({ min: -16 * grid, max: 16 * grid }) },
  );
}

function length(grid: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: grid }) },
    fc.integer({ min: 0, max: 4 * grid }),
  );
}

function shape(grid: number): fc.Arbitrary<Shape> {
  const at = coordinate(grid);
  const size = length(grid);
  const points = fc.array(record({ x: at, y: at }), { minLength: 1, maxLength: 6 });
  const kind = <K extends Shape["kind"]>(name: K) => fc.constant(name);
  const geometry = fc.oneof(
    { weight: 4, arbitrary: record({ kind: kind("path"), commands: commands(grid) }) },
    record({ kind: kind("circle"), cx: at, cy: at, r: size }),
    record({ kind: kind("ellipse"), cx: at, cy: at, rx: size, ry: size }),
    record({
      kind: kind("rect"),
      x: at,
      y: at,
      width: size,
      height: size,
      rx: fc.oneof(fc.constant(0), size),
      ry: fc.oneof(fc.constant(0), size),
    }),
    record({ kind: kind("line"), x1: at, y1: at, x2: at, y2: at }),
    record({ kind: kind("polyline"), points }),
    record({ kind: kind("polygon"), points }),
  );
  return fc
    .tuple(geometry, appearance(grid))
    .map(([where, look]): Shape => ({ ...where, ...look }) as Shape);
}

function commands(grid: number): fc.Arbitrary<PathCommand[]> {
  const at = coordinate(grid);
  const type = <T extends PathCommand["type"]>(name: T) => fc.constant(name);
  const move: fc.Arbitrary<PathCommand> = record({ type: type("M"), x: at, y: at });
  const arc: fc.Arbitrary<PathCommand> = record({
    type: type("A"),
    rx: length(grid),
    ry: length(grid),
    round: fc.boolean(),
    rotation: fc.integer({ min: 0, max: 179 }),
    largeArc: fc.boolean(),
    sweep: fc.boolean(),
    x: at,
    y: at,
  }).map(({ round, ...rest }) => (round ? { ...rest, ry: rest.rx, rotation: 0 } : rest));
  const any = fc.oneof(
    { weight: 1, arbitrary: move },
    { weight: 4, arbitrary: record({ type: type("L"), x: at, y: at }) },
    { weight: 1, arbitrary: record({ type: type("Q"), x1: at, y1: at, x: at, y: at }) },
    {
      weight: 2,
      arbitrary: record({ type: type("C"), x1: at, y1: at, x2: at, y2: at, x: at, y: at }),
    },
    { weight: 2, arbitrary: arc },
    { weight: 1, arbitrary: fc.constant<PathCommand>({ type: "Z" }) },
  );
  return fc
    .tuple(move, fc.array<PathCommand>(any, { maxLength: 12 }))
    .map(([m, rest]) => [m, ...rest]);
}

function appearance(grid: number): fc.Arbitrary<Appearance> {
  return record({
    fill: fc.option(paint(grid), { nil: null }),
    fillRule: fc.constantFrom("nonzero" as const, "evenodd" as const),
    fillOpacity: percent,
    stroke: fc.option(stroke(grid), { nil: null }),
    opacity: percent,
  });
}

function stroke(grid: number): fc.Arbitrary<Stroke> {
  const quarters = fc.integer({ min: 0, max: 4 * grid }).map((n) => n / 4);
  return record({
    paint: paint(grid),
    width: fc.oneof(fc.constant(16.75), quarters),
    cap: fc.constantFrom("butt" as const, "round" as const, "square" as const),
    join: fc.constantFrom("miter" as const, "round" as const, "bevel" as const),
    miterLimit: fc.oneof(fc.constant(4), fc.integer({ min: 1, max: 20 })),
    dashes: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.array(quarters, { minLength: 1, maxLength: 5 }),
    ),
    dashOffset: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -400, max: 400 }).map((n) => n / 4),
    ),
    opacity: percent,
  });
}

const color = fc.oneof(
  fc.constant({ kind: "currentColor" as const }),
  record({ kind: fc.constant("color" as const), rgb: fc.integer({ min: 0, max: 0xffffff }) }),
  record({
    kind: fc.constant("color" as const),
    rgb: fc.constantFrom(0, 0xffffff, 0xff0000, 0x808080, 0xaabbcc),
  }),
);

function paint(grid: number): fc.Arbitrary<Paint> {
  const at = coordinate(grid);
  const spread = fc.constantFrom("pad" as const, "reflect" as const, "repeat" as const);
  const stops: fc.Arbitrary<GradientStop[]> = fc.array(
    record({ offset: fc.integer({ min: 0, max: 100 }), color, opacity: percent }),
    { minLength: 1, maxLength: 4 },
  );
  return fc.oneof(
    { weight: 6, arbitrary: color },
    record({
      kind: fc.constant("linearGradient" as const),
      x1: at,
      y1: at,
      x2: at,
      y2: at,
      spread,
      stops,
    }),
    record({
      kind: fc.constant("radialGradient" as const),
      cx: at,
      cy: at,
      ax: at,
      ay: at,
      bx: at,
      by: at,
      fx: at,
      fy: at,
      spread,
      stops,
    }),
    record({ cx: at, cy: at, r: fc.integer({ min: 1, max: grid }), spread, stops }).map(
      ({ cx, cy, r, ...rest }) => ({
        kind: "radialGradient" as const,
        cx,
        cy,
        ax: cx + r,
        ay: cy,
        bx: cx,
        by: cy + r,
        fx: cx,
        fy: cy,
        ...rest,
      }),
    ),
  );
}
