import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, type PathShape, parseDrawing } from "../../../svg/index.ts";
import {
  BaseTokenizerError,
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  DecodeError,
  defaultPathOptions,
  EncodeError,
  encodeSample,
  TokenizerFileError,
  tokenizerFromJSON,
} from "../../../tokenizer/index.ts";
import { gpt2Layout, qwenLayout } from "../base/layouts.ts";
import { tablerFilledIcons } from "../icons.ts";
import { drawings } from "../path/drawings.ts";
import { smallestBudget } from "../sampling.ts";

const published = createOmniSvgTokenizer({ model: "4B" });
const own = createOmniSvgTokenizer();

const red: PathShape = {
  kind: "path",
  commands: [
    { type: "M", x: 10, y: 20 },
    { type: "L", x: 30, y: 20 },
    { type: "C", x1: 1, y1: 2, x2: 3, y2: 4, x: 5, y: 6 },
    { type: "A", rx: 7, ry: 8, rotation: 45, largeArc: false, sweep: true, x: 9, y: 10 },
    { type: "Z" },
    { type: "M", x: 0, y: 199 },
    { type: "L", x: 199, y: 199 },
  ],
  fill: { kind: "color", rgb: 0xff0088 },
  fillRule: "nonzero",
  fillOpacity: 100,
  stroke: null,
  opacity: 100,
};

function drawingOf(...elements: PathShape[]): Drawing {
  return { width: 200, height: 200, elements };
}

test("the numbers are those that the published weights of 4 billion parameters expect", () => {
  const first = 151_936 + 1;
  const point = (x: number, y: number) => first + 7 + y * 200 + x;
  const parameter = (value: number) => first + 44_500 + value;
  assert.equal(published.encode(drawingOf(red)), [
    196_998,
    ...[first + 2, point(10, 20), point(10, 20)],
    ...[first + 3, point(30, 20)],
    ...[first + 4, point(1, 2), point(3, 4), point(5, 6)],
    ...[first + 5, point(7, 8), parameter(45), parameter(0), parameter(1), point(9, 10)],
    ...[first + 6, point(10, 20)],
    ...[first + 2, point(10, 20), point(0, 199)],
    ...[first + 3, point(199, 199)],
    first + 40_012 + 0xf08,
    196_999,
  ]);
  assert.is(published.vocabulary.size, 197_000);
});

test("colors begin where the published configurations say", () => {
  const color = (model: "4B" | "8B", numbering: "weights" | "training") =>
    createOmniSvgTokenizer({ model, numbering }).vocabulary.id("<|none|>");
  assert.is(color("4B", "training"), 191_946);
  assert.is(color("8B", "weights"), 192_075);
});

test("the other numberings differ by the base vocabulary's size alone", () => {
  const shift = (a: number[], b: number[]) => new Set(a.map((id, i) => id - b[i]!));
  const body = (model: "4B" | "8B" | "own", numbering: "weights" | "training") =>
    createOmniSvgTokenizer({ model, numbering }).encode(drawingOf(red)).slice(1, -1);
  assert.equal([...shift(body("8B", "weights"), body("4B", "weights"))], [128]);
  assert.equal([...shift(body("4B", "weights"), body("4B", "training"))], [1]);
  assert.equal([...shift(body("4B", "weights"), body("own", "weights"))], [151_936 - 256]);
});

test("every drawing that fits comes back exactly", () => {
  const { canonical } = own;
  const options = {
    ...defaultPathOptions,
    shapes: false,
    strokes: false,
    gradients: false,
    groups: false,
    quadratics: false,
  };
  assert.is(canonical.grid, options.grid);
  fc.assert(
    fc.property(drawings(options), (drawing) => {
      const fitted = own.fit(drawing);
      assert.equal(own.decode(own.encode(fitted)), fitted);
      assert.equal(own.fit(fitted), fitted);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("filled icons come back exactly", () => {
  for (const { file, svg } of tablerFilledIcons().filter((_, i) => i % 8 === 0)) {
    const drawing = own.fit(parseDrawing(svg, own.canonical).drawing);
    assert.equal(own.decode(own.encode(drawing)), drawing, file);
  }
});

test("what the vocabulary lacks is refused, naming the element", () => {
  const refused = (path: Partial<PathShape>, message: RegExp) =>
    assert.throws(
      () => own.encode(drawingOf(red, { ...red, ...path })),
      (error: unknown) => error instanceof EncodeError && message.test(error.message),
    );
  refused({ opacity: 50 }, /element 1: opacity/);
  refused({ fillRule: "evenodd" }, /element 1: the fill rule/);
  refused({ fill: { kind: "color", rgb: 0x123456 } }, /4,096/);
  refused({ commands: [{ type: "M", x: 200, y: 0 }] }, /200,0 is not on the canvas/);
});

test("a turned ellipse fits by exchanging its radii", () => {
  const arc = { type: "A", rx: 7, ry: 8, rotation: 135, largeArc: true, sweep: true, x: 9, y: 10 };
  const turned = { ...red, commands: [red.commands[0]!, arc] } as PathShape;
  const [fitted] = own.fit(drawingOf(turned)).elements;
  const expected = { ...arc, rx: 8, ry: 7, rotation: 45 };
  assert.equal((fitted as PathShape).commands[1], expected);
});

test("repeated points that a model got wrong do not matter, others do", () => {
  const ids = own.encode(drawingOf(red));
  assert.equal(own.decode(ids.with(2, ids[2]! + 5)), drawingOf(red));
  for (let length = 0; length < ids.length; length++) {
    assert.throws(
      () => own.decode(ids.slice(0, length)),
      (error: unknown) => error instanceof DecodeError && error.position === length,
    );
  }
  assert.throws(() => own.decode(ids.with(1, 0)), /token 1: a moveto or the end/);
});

test("the automaton accepts what encode writes", () => {
  const state = own.automaton().start(60);
  for (const id of own.encode(drawingOf(red, red))) state.accept(id);
  assert.ok(state.done);
});

test("the shortest drawing that shows takes ten tokens", () => {
  assert.is(smallestBudget(own.automaton()), 10);
});

/** A small tokenizer whose marks have the numbers of Qwen2.5's. */
function qwen2() {
  const layout = qwenLayout();
  const mark = layout.added_tokens[0]!;
  return baseTokenizerFromJSON({
    ...layout,
    added_tokens: [
      { ...mark, id: 151_643 },
      { ...mark, id: 151_644, content: "<|im_start|>" },
      { ...mark, id: 151_645, content: "<|im_end|>" },
    ],
  });
}

test("captions are of the base model's tokens, below the drawing's own", () => {
  const base = qwen2();
  const over = createOmniSvgTokenizer({ model: "4B", base });
  assert.equal(over.encode(drawingOf(red)), published.encode(drawingOf(red)));
  const caption = "an icon of a red heart";
  assert.equal(over.encodeText(caption), base.encode(caption));
  assert.is(over.decodeText(over.encodeText(caption)), caption);
  const { ids, drawingStart } = encodeSample(over, { caption, drawing: drawingOf(red) });
  assert.equal(ids.slice(0, drawingStart), [151_644, ...base.encode(caption)]);
  assert.is(ids[drawingStart], 196_998);
  assert.is(over.vocabulary.token(151_645), "<|im_end|>");
  assert.is(over.vocabulary.token(151_900), "", "between the tokens and the embedding's end");
  assert.is(over.vocabulary.id("<|0,0|>"), 151_936 + 1 + 7);
  const read = tokenizerFromJSON(JSON.parse(JSON.stringify(over.toJSON())));
  assert.equal(read.encode(drawingOf(red)), over.encode(drawingOf(red)));
  assert.equal(read.encodeText(caption), over.encodeText(caption));
  assert.is(read.vocabulary.size, 197_000);
});

test("over another base the drawing's tokens begin behind its embedding's rows", () => {
  const base = baseTokenizerFromJSON(gpt2Layout());
  const close = createOmniSvgTokenizer({ base });
  const far = createOmniSvgTokenizer({ base, baseRows: 2048 });
  const red1 = drawingOf(red);
  const shift = 2048 - base.size;
  assert.equal(
    far.encode(red1),
    close.encode(red1).map((id) => id + shift),
  );
  const read = tokenizerFromJSON(JSON.parse(JSON.stringify(far.toJSON())));
  assert.equal(read.encode(red1), far.encode(red1));
  assert.throws(() => createOmniSvgTokenizer({ base, baseRows: 9 }), /overlap/);
  assert.throws(
    () => createOmniSvgTokenizer({ base, model: "4B" }),
    (error: unknown) => error instanceof BaseTokenizerError && /Qwen2.5/.test(error.message),
  );
});

test("it is saved and read back", () => {
  const read = tokenizerFromJSON(JSON.parse(JSON.stringify(published.toJSON())));
  assert.equal(read.encode(drawingOf(red)), published.encode(drawingOf(red)));
  assert.equal(read.encodeText("a heart"), published.encodeText("a heart"));
  const file = JSON.parse(JSON.stringify(published.toJSON()));
  file.model.pathloom.options.model = "70B";
  assert.throws(
    () => tokenizerFromJSON(file),
    (error: unknown) =>
      error instanceof TokenizerFileError && error.place === "model.pathloom.options.model",
  );
});

test.run();
