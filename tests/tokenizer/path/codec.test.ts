import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Drawing, PathShape } from "../../../svg/index.ts";
import {
  createPathTokenizer,
  DecodeError,
  EncodeError,
  type PathOptions,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";
import { drawing as canonicalDrawing } from "../../svg/arbitrary.ts";
import { roundLook as look, roundStroke } from "../../svg/round-look.ts";
import { configurations } from "./configurations.ts";
import { drawings } from "./drawings.ts";

const laws = suite("laws of the path representation");

for (const [name, options] of Object.entries(configurations)) {
  const tokenizer = createPathTokenizer({ options });

  laws(`${name}: every canonical drawing comes back from its tokens`, () => {
    fc.assert(
      fc.property(drawings(options), (drawing) => {
        assert.equal(tokenizer.decode(tokenizer.encode(drawing)), drawing);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  // Opacity and colors have no canonical form without them, so such drawings are refused.
  if (options.opacity && options.colors !== "current") {
    laws(`${name}: what canonicalising yields is encoded, and comes back`, () => {
      fc.assert(
        fc.property(canonicalDrawing(tokenizer.canonical), (drawing) => {
          assert.equal(tokenizer.decode(tokenizer.encode(drawing)), drawing);
        }),
        { numRuns: 100, seed: 3 },
      );
    });
  }

  laws(`${name}: a drawing that is cut short or altered decodes or is refused with a place`, () => {
    const { size } = tokenizer.vocabulary;
    fc.assert(
      fc.property(drawings(options), fc.nat(), fc.nat(), (drawing, where, what) => {
        const ids = tokenizer.encode(drawing);
        const cut = ids.slice(0, where % ids.length);
        assert.throws(
          () => tokenizer.decode(cut),
          (error: unknown) => error instanceof DecodeError && error.position === cut.length,
        );
        const altered = ids.with(where % ids.length, what % size);
        try {
          tokenizer.decode(altered);
        } catch (error) {
          assert.instance(error, DecodeError);
        }
      }),
      { numRuns: 200, seed: 2 },
    );
  });
}
laws.run();

const economy = suite("tokens of stroke icons");

function drawingOf(...elements: Drawing["elements"]): Drawing {
  return { width: 96, height: 96, elements };
}

function tokensOf(options: Partial<PathOptions>, drawing: Drawing): string {
  const { encode, vocabulary } = bound(options);
  return encode(drawing)
    .map((id) => vocabulary.token(id).slice(2, -2))
    .join(" ");
}

function bound(options: Partial<PathOptions>) {
  const tokenizer = createPathTokenizer({ options });
  const encode = (drawing: Drawing) => tokenizer.encode(drawing);
  return { encode, vocabulary: tokenizer.vocabulary };
}

const wave: PathShape = {
  kind: "path",
  commands: [
    { type: "M", x: 8, y: 35 },
    { type: "A", rx: 60, ry: 60, rotation: 0, largeArc: false, sweep: true, x: 88, y: 35 },
    { type: "L", x: 88, y: 80 },
    { type: "L", x: 20, y: 80 },
    { type: "L", x: 8, y: 35 },
    { type: "Z" },
  ],
  ...look,
};

economy("an element costs its command and its coordinates", () => {
  const circle = { kind: "circle", cx: 48, cy: 48, r: 40, ...look } as const;
  assert.is(
    tokensOf(strokeIconOptions, drawingOf(circle, wave)),
    "drawing circle x48 y48 r40 path x8 y35 A1:01 r60 x88 y35 V y80 H x20 L x8 y35 Z eos",
  );
});

economy("relative positions are steps from the last point", () => {
  assert.is(
    tokensOf({ ...strokeIconOptions, positions: "relative" }, drawingOf(wave)),
    "drawing path x8 y35 A1:01 r60 x88 dy0 V dy45 H x20 L dx-12 dy-45 Z eos",
  );
});

economy("merged points are one token", () => {
  assert.is(
    tokensOf({ ...strokeIconOptions, coordinates: "merged" }, drawingOf(wave)),
    "drawing path 8,35 A1:01 r60 88,35 L 88,80 L 20,80 L 8,35 Z eos",
  );
});

economy("a changed stroke is written once and inherited", () => {
  const thin = { ...look, stroke: { ...roundStroke, width: 4, cap: "butt" } } as const;
  const dot = { kind: "circle", cx: 1, cy: 2, r: 3 } as const;
  assert.is(
    tokensOf(strokeIconOptions, drawingOf({ ...dot, ...thin }, { ...dot, ...thin })),
    "drawing stroke-width 1.. 0 cap:butt circle x1 y2 r3 circle x1 y2 r3 eos",
  );
});

economy("points beside the canvas are escaped", () => {
  const line = { kind: "line", x1: -1, y1: 0, x2: 300, y2: 96, ...look } as const;
  assert.is(
    tokensOf(strokeIconOptions, drawingOf(line)),
    "drawing line minus 1 y0 plus 1.. 2.. c y96 eos",
  );
});

economy("the vocabulary of stroke icons is lean", () => {
  assert.ok(createPathTokenizer({ options: strokeIconOptions }).vocabulary.size - 256 < 400);
});

economy.run();

const refusals = suite("what a vocabulary refuses");

function refuses(options: Partial<PathOptions>, drawing: Drawing, message: RegExp): void {
  const tokenizer = createPathTokenizer({
    options: { ...strokeIconOptions, ...options },
  });
  assert.throws(
    () => tokenizer.encode(drawing),
    (error: unknown) => error instanceof EncodeError && message.test(error.message),
  );
}

refusals("tokens that an option left out", () => {
  const circle = { kind: "circle", cx: 1, cy: 2, r: 3, ...look } as const;
  refuses({ shapes: false }, drawingOf(circle), /element 0: .*"shapes"/);
  refuses({}, drawingOf(circle, { ...circle, opacity: 50 }), /element 1: .*"opacity"/);
  refuses({}, drawingOf({ ...circle, fill: { kind: "color", rgb: 0 } }), /"colors"/);
  refuses({}, drawingOf({ kind: "group", opacity: 100, children: [circle] }), /"groups"/);
  refuses({ arcs: false }, drawingOf(wave), /"arcs"/);
});

refusals("numbers off the grid", () => {
  refuses({}, drawingOf({ kind: "circle", cx: 0.5, cy: 2, r: 3, ...look }), /0\.5 is no integer/);
  refuses({}, drawingOf({ kind: "circle", cx: Number.NaN, cy: 2, r: 3, ...look }), /NaN/);
  refuses({}, drawingOf({ kind: "circle", cx: 1e308, cy: 2, r: 3, ...look }), /1e\+308/);
});

refusals("a view box of another grid", () => {
  refuses({}, { width: 24, height: 24, elements: [] }, /24 x 24.*96/);
});

refusals("colors between the 4,096 of 12 bits", () => {
  const fill = { kind: "color", rgb: 0x123456 } as const;
  const circle = { kind: "circle", cx: 1, cy: 2, r: 3, ...look, fill } as const;
  refuses({ colors: "12-bit" }, drawingOf(circle), /#123456/);
});

refusals("groups that nest without end", () => {
  let nested: Drawing["elements"][number] = { kind: "group", opacity: 100, children: [] };
  for (let i = 0; i < 10_000; i++) nested = { kind: "group", opacity: 100, children: [nested] };
  refuses({ groups: true }, drawingOf(nested), /deeper than 256/);
  const { vocabulary, decode } = (() => {
    const tokenizer = createPathTokenizer();
    return {
      vocabulary: tokenizer.vocabulary,
      decode: (ids: number[]) => tokenizer.decode(ids),
    };
  })();
  const open = vocabulary.id("<|group|>")!;
  const ids = [vocabulary.special.drawing, ...new Array<number>(100_000).fill(open)];
  assert.throws(() => decode(ids), /token 257: groups nest deeper/);
});

refusals.run();
