import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, type DrawingElement, parseDrawing } from "../../svg/index.ts";
import {
  chunkCaption,
  createPathTokenizer,
  defaultPathOptions,
  joinScene,
  SceneError,
  splitScene,
  strokeIconOptions,
} from "../../tokenizer/index.ts";
import { lucideIcons } from "./icons.ts";
import { drawings } from "./path/drawings.ts";
import { randomNumbers } from "./sampling.ts";

const tokenizer = createPathTokenizer({
  options: { ...strokeIconOptions, groups: true, opacity: true },
});
const icons = lucideIcons().map(({ svg }) => parseDrawing(svg, tokenizer.canonical).drawing);

/** Icons on top of each other, every third one in a group of its own. */
function scene(random: () => number): Drawing {
  const count = 3 + Math.floor(random() * 12);
  const elements: DrawingElement[] = [];
  for (let i = 0; i < count; i++) {
    const { elements: children } = icons[Math.floor(random() * icons.length)]!;
    if (i % 3 === 0) elements.push({ kind: "group", opacity: 50, children });
    else elements.push(...children);
  }
  return { width: 96, height: 96, elements };
}

test("1,000 long drawings made of icons are split within the budget and joined exactly", () => {
  const random = randomNumbers(11);
  let chunked = 0;
  for (let i = 0; i < 1000; i++) {
    const drawing = scene(random);
    const budget = 190 + Math.floor(random() * 200);
    const chunks = splitScene(drawing, tokenizer, budget);
    chunked += chunks.length;
    for (const chunk of chunks) {
      const ids = tokenizer.encode(chunk.drawing);
      assert.ok(ids.length <= budget);
      assert.ok(chunk.drawing.elements.length > 0);
    }
    assert.equal(joinScene(chunks), drawing);
  }
  assert.ok(chunked > 1500, `${chunked} chunks`);
});

test("any drawing with nested groups comes back, in chunks of one element even", () => {
  const options = { ...defaultPathOptions, grid: 64 };
  const everything = createPathTokenizer({ options });
  fc.assert(
    fc.property(drawings(options), fc.integer({ min: 0, max: 100 }), (drawing, more) => {
      const alone = (budget: number): number => {
        try {
          splitScene(drawing, everything, budget);
          return budget;
        } catch (error) {
          assert.instance(error, SceneError);
          return alone(budget + 8);
        }
      };
      const chunks = splitScene(drawing, everything, alone(16) + more);
      assert.equal(joinScene(chunks), drawing);
    }),
    { numRuns: 200, seed: 4 },
  );
});

test("the same group twice stays two groups", () => {
  const group: DrawingElement = { kind: "group", opacity: 50, children: icons[0]!.elements };
  const drawing = { width: 96, height: 96, elements: [group, group] };
  for (const budget of [20, 40, 200]) {
    assert.equal(joinScene(splitScene(drawing, tokenizer, budget)), drawing);
  }
});

test("a chunk is the longest that fits", () => {
  const drawing = scene(randomNumbers(5));
  const chunks = splitScene(drawing, tokenizer, 200);
  for (const [i, { drawing: chunk }] of chunks.entries()) {
    const next = chunks[i + 1]?.drawing.elements[0];
    if (next === undefined || next.kind === "group") continue;
    const longer = { ...chunk, elements: [...chunk.elements, next] };
    assert.ok(tokenizer.encode(longer).length > 200);
  }
});

test("a chunk knows what came before it", () => {
  const drawing = scene(randomNumbers(5));
  const chunks = splitScene(drawing, tokenizer, 200);
  const first = chunks[0]!;
  const second = chunks[1]!;
  assert.equal(first.before, { shapes: 0, bounds: null, paints: [] });
  assert.ok(second.before.shapes > 0);
  assert.equal(second.before.paints, ["currentColor"]);
  assert.is(chunkCaption("a town", first), `a town (part 1 of ${chunks.length})`);
  assert.match(
    chunkCaption("a town", second),
    /^a town \(part 2 of \d+; before: \d+ shapes in currentColor, -?\d+,-?\d+ to \d+,\d+\)$/,
  );
});

test("a drawing that fits is one chunk, and so is an empty one", () => {
  assert.is(splitScene(icons[0]!, tokenizer, 1000).length, 1);
  const empty = { width: 96, height: 96, elements: [] };
  const chunks = splitScene(empty, tokenizer, 10);
  assert.is(chunks.length, 1);
  assert.equal(joinScene(chunks), empty);
});

test("an element longer than the budget is refused", () => {
  assert.throws(
    () => splitScene(icons[0]!, tokenizer, 4),
    (error: unknown) =>
      error instanceof SceneError && /element 0 .* tokens alone/.test(error.message),
  );
});

test("chunks out of order, missing or of another view box are refused", () => {
  const chunks = splitScene(scene(randomNumbers(5)), tokenizer, 200);
  assert.throws(() => joinScene([]), /at least one chunk/);
  assert.throws(() => joinScene(chunks.slice(1)), /says that it is 1/);
  assert.throws(() => joinScene(chunks.toReversed()), /says that it is/);
  const wide = { ...chunks[1]!, drawing: { ...chunks[1]!.drawing, height: 48 } };
  assert.throws(() => joinScene([chunks[0]!, wide, ...chunks.slice(2)]), /another view box/);
});

test.run();
