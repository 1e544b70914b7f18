import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CorpusOptions,
  type DrawingParser,
  fingerprint,
  mayMirror,
  mirror,
  readCorpus,
  type Source,
} from "../../data/index.ts";
import type { Drawing, DrawingElement } from "../../svg/index.ts";
import { defaultCanonicalOptions } from "../../svg/index.ts";
import { roundLook as look } from "../svg/round-look.ts";

function drawing(...elements: DrawingElement[]): Drawing {
  return { width: 96, height: 96, elements };
}

const arrow = drawing(
  {
    ...look,
    kind: "path",
    commands: [
      { type: "M", x: 20, y: 48 },
      { type: "C", x1: 30, y1: 40, x2: 44, y2: 40, x: 76, y: 48 },
      { type: "A", rx: 9, ry: 5, rotation: 30, largeArc: true, sweep: false, x: 60, y: 30 },
      { type: "Q", x1: 61, y1: 2, x: 9, y: 9 },
      { type: "Z" },
    ],
  },
  { ...look, kind: "rect", x: 4, y: 8, width: 20, height: 30, rx: 2, ry: 2 },
  {
    kind: "group",
    opacity: 50,
    children: [
      { ...look, kind: "circle", cx: 30, cy: 40, r: 9 },
      { ...look, kind: "ellipse", cx: 31, cy: 40, rx: 9, ry: 4 },
      { ...look, kind: "line", x1: 1, y1: 2, x2: 3, y2: 4 },
      {
        ...look,
        kind: "polygon",
        points: [
          { x: 1, y: 1 },
          { x: 5, y: 1 },
          { x: 5, y: 7 },
        ],
      },
    ],
  },
);

test("mirroring twice gives the drawing back, once another one", () => {
  assert.equal(mirror(mirror(arrow)), arrow);
  assert.not.equal(mirror(arrow), arrow);
});

test("mirroring flips places, arcs' sense and turn, gradients", () => {
  const gradient = {
    kind: "linearGradient" as const,
    x1: 10,
    y1: 0,
    x2: 90,
    y2: 5,
    spread: "pad" as const,
    stops: [],
  };
  const flipped = mirror(drawing({ ...look, fill: gradient, kind: "circle", cx: 10, cy: 5, r: 3 }));
  const [circle] = flipped.elements;
  assert.is(circle?.kind === "circle" && circle.cx, 86);
  assert.is(
    circle?.kind === "circle" && circle.fill?.kind === "linearGradient" && circle.fill.x1,
    86,
  );
  const [path] = mirror(arrow).elements;
  const arc = path?.kind === "path" ? path.commands[2] : undefined;
  assert.equal(arc, {
    type: "A",
    rx: 9,
    ry: 5,
    rotation: 150,
    largeArc: true,
    sweep: true,
    x: 36,
    y: 30,
  });
});

test("captions that speak of sides, letters or digits forbid mirroring", () => {
  for (const caption of ["arrow left", "a arrow up", "clock 12", "rotate ccw", "text, font size"]) {
    assert.not(mayMirror([caption]), caption);
  }
  assert.ok(mayMirror(["house", "circle plus, add"]));
  assert.not(mayMirror(["house", "house, left"]));
});

test("near-identical drawings have one fingerprint: moved a hair, repainted, reordered, flipped", () => {
  const print = fingerprint(arrow);
  assert.is(fingerprint(mirror(arrow)), print);
  assert.is(fingerprint(drawing(...[...arrow.elements].reverse())), print);
  const painted = arrow.elements.map((element) =>
    element.kind === "group"
      ? element
      : { ...element, fill: { kind: "color" as const, rgb: 255 }, opacity: 20 },
  );
  assert.is(fingerprint(drawing(...painted)), print);
  const circle = (cx: number) => drawing({ ...look, kind: "circle", cx, cy: 48, r: 30 });
  assert.is(fingerprint(circle(48)), fingerprint(circle(49)));
  assert.is.not(fingerprint(circle(48)), fingerprint(circle(60)));
});

test("a fingerprint does not depend on the size of the grid", () => {
  const circle = (grid: number, unit: number) => ({
    width: grid,
    height: grid,
    elements: [{ ...look, kind: "circle" as const, cx: 9 * unit, cy: 12 * unit, r: 5 * unit }],
  });
  assert.is(fingerprint(circle(24, 1)), fingerprint(circle(240, 10)));
});

/** A source of one circle a row; its text is the radius, and `bad` is no drawing. */
function source(rows: readonly { id: string; svg: string }[]): Source {
  return {
    name: "test",
    *rows() {
      for (const row of rows) yield { ...row, place: `row ${row.id}`, captions: [row.id] };
    },
  };
}

const parse: DrawingParser = (svg) => {
  const r = Number(svg);
  if (Number.isNaN(r)) throw new Error("no drawing");
  if (r === 0) return { drawing: drawing(), dropped: { text: 1 } };
  const shape = { ...look, kind: "circle" as const, cx: 48, cy: 48, r };
  return { drawing: drawing(shape), dropped: r > 90 ? { filter: 2 } : {} };
};

const options: CorpusOptions = { canonical: defaultCanonicalOptions, parse, heldOut: 0.3 };
const many = Array.from({ length: 30 }, (_, i) => ({ id: `${i}`, svg: `${3 * (i + 1)}` }));

test("repeated drawings become one entry with all captions", async () => {
  const rows = [...many, { id: "again", svg: many[4]?.svg ?? "" }];
  const corpus = await readCorpus(source(rows), options);
  const entries = [...corpus.train, ...corpus.heldOut];
  assert.is(entries.length, 30);
  assert.is(corpus.report.duplicates, 1);
  assert.equal(entries.find(({ id }) => id === "4")?.captions, ["4", "again"]);
});

test("the split follows from the drawings alone, not from their order or names", async () => {
  const radii = async (rows: typeof many) =>
    (await readCorpus(source(rows), options)).heldOut
      .map((entry) => JSON.stringify(entry.drawing))
      .sort();
  const shuffled = [...many].reverse().map(({ svg }, i) => ({ id: `other ${i}`, svg }));
  const all = await radii(many);
  assert.equal(await radii(shuffled), all);
  assert.ok(all.length > 0 && all.length < 20);
  const half = many.slice(0, 15);
  assert.ok((await radii(half)).every((one) => all.includes(one)));
});

test("nothing held out, and a limit on the rows", async () => {
  assert.is((await readCorpus(source(many), { ...options, heldOut: 0 })).heldOut.length, 0);
  const corpus = await readCorpus(source(many), { ...options, limit: 7 });
  assert.is(corpus.train.length + corpus.heldOut.length, 7);
});

test("bad rows are told with place and reason, and what was dropped is counted", async () => {
  const rows = [...many, { id: "x", svg: "bad" }, { id: "y", svg: "0" }, { id: "z", svg: "93" }];
  const { report } = await readCorpus(source(rows), options);
  assert.is(report.rows, 33);
  assert.equal(report.bad, [
    { place: "row x", reason: "no drawing" },
    { place: "row y", reason: "nothing is left to draw" },
  ]);
  assert.equal(report.dropped, { filter: 2 });
});

test("a source without a usable drawing is an error that tells of the first bad row", async () => {
  await readCorpus(source([{ id: "x", svg: "bad" }]), options).then(
    () => assert.unreachable(),
    (error) =>
      assert.match(
        error.message,
        /test: no usable drawing among 1 rows; the first: row x: no drawing/,
      ),
  );
});

test.run();
