/** The laws of the canonical form, for drawings of every kind. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CanonicalOptions,
  canonicalise,
  isCanonical,
  parseDrawing,
  printDrawing,
} from "../../svg/index.ts";
import { drawing, looseDrawing } from "./arbitrary.ts";

const options: fc.Arbitrary<Partial<CanonicalOptions>> = fc.record({
  grid: fc.constantFrom(24, 200, 1024),
  shapes: fc.constantFrom("keep" as const, "paths" as const),
  arcs: fc.constantFrom("keep" as const, "cubics" as const),
  quadratics: fc.constantFrom("keep" as const, "cubics" as const),
  strokes: fc.constantFrom("keep" as const, "drop" as const),
  groups: fc.constantFrom("keep" as const, "flatten" as const),
  gradients: fc.constantFrom("keep" as const, "first-stop" as const),
  colorBits: fc.constantFrom(4 as const, 8 as const),
});

const withOptions = (arbitrary: typeof drawing) =>
  options.chain((chosen) => fc.tuple(fc.constant(chosen), arbitrary(chosen)));

test("canonicalising twice changes no more than once", () => {
  fc.assert(
    fc.property(withOptions(looseDrawing), ([chosen, loose]) => {
      const once = canonicalise(loose, chosen);
      assert.is(isCanonical(once, chosen), null);
    }),
    { numRuns: 1500, seed: 1 },
  );
});

test("printing and parsing a canonical drawing gives it again, and nothing is dropped", () => {
  fc.assert(
    fc.property(withOptions(drawing), ([chosen, canonical]) => {
      const parsed = parseDrawing(printDrawing(canonical), chosen);
      assert.equal(parsed.drawing, canonical);
      assert.equal(parsed.dropped, {});
    }),
    { numRuns: 1500, seed: 2 },
  );
});

test("a drawing canonical under other options becomes canonical under these", () => {
  const pair = fc
    .tuple(options, options)
    .chain(([from, to]) => fc.tuple(fc.constant(to), drawing(from)));
  fc.assert(
    fc.property(pair, ([to, canonical]) => {
      assert.is(isCanonical(canonicalise(canonical, to), to), null);
    }),
    { numRuns: 1000, seed: 3 },
  );
});

test.run();
