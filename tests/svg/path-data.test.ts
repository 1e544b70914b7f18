/** Path data: read by the specification's grammar, brought onto the grid, and printed shortest. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type PathShape, parseDrawing, printDrawing } from "../../svg/index.ts";

/** The commands of path data on a grid of 100, written out one by one. */
function read(data: string): string {
  const source = `<svg viewBox="0 0 100 100"><path stroke="red" d="${data}"/></svg>`;
  const { drawing } = parseDrawing(source, { grid: 100 });
  const [path] = drawing.elements as readonly PathShape[];
  return (path?.commands ?? [])
    .map(({ type, ...values }) => [type, ...Object.values(values).map(Number)].join(" "))
    .join(", ");
}

function printed(data: string): string {
  const source = `<svg viewBox="0 0 100 100"><path stroke="red" d="${data}"/></svg>`;
  const text = printDrawing(parseDrawing(source, { grid: 100 }).drawing);
  return /d="([^"]*)"/.exec(text)?.[1] ?? "";
}

test("horizontal, vertical and smooth commands are written out", () => {
  assert.is(read("M1 2H30V40h-5v-5"), "M 1 2, L 30 2, L 30 40, L 25 40, L 25 35");
  assert.is(read("M0 0C0 5 5 9 9 9S20 5 20 0"), "M 0 0, C 0 5 5 9 9 9, C 13 9 20 5 20 0");
  assert.is(read("M0 0Q5 9 10 0T30 0"), "M 0 0, Q 5 9 10 0, Q 15 -9 30 0");
});

test("a smooth command after another kind has its control point where it begins", () => {
  assert.is(read("M5 5S9 9 20 0"), "M 5 5, C 5 5 9 9 20 0");
  assert.is(read("M5 5Q9 9 20 0S30 5 40 0"), "M 5 5, Q 9 9 20 0, C 20 0 30 5 40 0");
});

test("relative commands follow what was read, not what was rounded", () => {
  const steps = "l.4 0".repeat(10);
  assert.is(read(`M0 0${steps}`).split(", ").at(-1), "L 4 0");
});

test("numbers need no separators but where they would join", () => {
  assert.is(read("M.5.5-5-5+7+7"), "M 1 1, L -5 -5, L 7 7");
  assert.is(read("M1e1 2E+1L5e-1.3e2"), "M 10 20, L 1 30");
  assert.is(read("M10,20,30,40"), "M 10 20, L 30 40");
  assert.is(read("M0 0a5 5 0 1130 0"), "M 0 0, A 5 5 0 1 1 30 0");
});

test("a fault ends the path where it stands", () => {
  assert.is(read("M0 0L5 5L9"), "M 0 0, L 5 5");
  assert.is(read("M0 0L5 5,,9 9"), "M 0 0, L 5 5");
  assert.is(read("M0 0L5 5 #"), "M 0 0, L 5 5");
  assert.is(read("M0 0a5 5 0 2 1 9 9"), "");
  assert.is(read("L5 5"), "");
});

test("every subpath begins with a moveto", () => {
  assert.is(read("M5 5h9zl20 20"), "M 5 5, L 14 5, Z, M 5 5, L 25 25");
  assert.is(read("M5 5M6 6L9 9M7 7"), "M 6 6, L 9 9");
  assert.is(read("M5 5h9zz"), "M 5 5, L 14 5, Z");
});

test("segments that rounding makes nothing of are left out, but a dot stays one", () => {
  assert.is(read("M5 5l.1 0 9 9c.1 0 .1 .1 .2 .1"), "M 5 5, L 14 14");
  assert.is(read("M5 5h.01"), "M 5 5, L 5 5");
  assert.is(read("M5 5h.01M9 9v.1l.1.1z"), "M 5 5, L 5 5, M 9 9, L 9 9, Z");
});

test("half circles stay half circles when their radius is rounded", () => {
  assert.is(read("M10 10a16.5 16.5 0 0 1 33 0"), "M 10 10, A 16 16 0 0 1 43 10");
});

test("arcs that nearly close are cut, so that they do not vanish or turn", () => {
  assert.is(
    read("M50 10a40 40 0 1 1-.01 0z"),
    "M 50 10, A 40 40 0 0 1 50 90, A 40 40 0 0 1 50 10, Z",
  );
});

test("arcs whose radii are too small on the grid are left as they are", () => {
  assert.is(read("M10 10A3 3 0 0 1 60 10"), "M 10 10, A 3 3 0 0 1 60 10");
  assert.is(read("M10 10A9 9 77 0 1 20 10"), "M 10 10, A 9 9 0 0 1 20 10");
});

test("path data is printed as short as it can be", () => {
  assert.is(printed("M10 10L20 10L20 30L10 10Z"), "M10 10H20V30L10 10z");
  assert.is(printed("M90 90L91 91L92 93"), "M90 90l1 1 1 2");
  assert.is(printed("M0 0C0 5 5 9 9 9C13 9 20 5 20 0"), "M0 0C0 5 5 9 9 9S20 5 20 0");
  assert.is(printed("M0 0Q5 9 10 0Q15 -9 20 0"), "M0 0Q5 9 10 0T20 0");
  assert.is(printed("M0 0A5 5 0 0 1 9 9A5 5 0 0 1 5 50"), "M0 0A5 5 0 019 9 5 5 0 015 50");
  assert.is(printed("M5 5h0M9 9v0"), "M5 5H5M9 9H9");
});

test.run();
