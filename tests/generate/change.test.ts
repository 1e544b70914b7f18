/** Captions of drawings, drawings that go on with others, and drawings that change others. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import {
  ContextError,
  type DecoderConfig,
  defaultSampling,
  initialWeights,
  Model,
} from "../../models/index.ts";
import {
  type ChangeOptions,
  completeDrawings,
  describeDrawings,
  editDrawings,
} from "../../src/generate/index.ts";
import { drawingsEqual, parseDrawing } from "../../svg/index.ts";
import {
  createPathTokenizer,
  learnPathMerges,
  type SvgTokenizer,
  strokeIconOptions,
} from "../../tokenizer/index.ts";
import { llamaLike } from "../models/configs.ts";
import { lucideIcons } from "../tokenizer/icons.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const icons = lucideIcons().filter((_, index) => index % 250 === 0);

/** A model that has learned nothing: what holds of its answers holds of every model's. */
function untrained(tokenizer: SvgTokenizer, contextLength = 160) {
  const config: DecoderConfig = {
    ...{ ...llamaLike, headDim: 8, hiddenSize: 32, layers: 1, contextLength },
    vocabularySize: tokenizer.vocabulary.size,
  };
  return {
    model: new Model(engine, config, initialWeights(config, { seed: 3, std: 0.4 })),
    tokenizer,
  };
}

const plain = createPathTokenizer({ options: strokeIconOptions });
const drawingsOf = ({ canonical }: SvgTokenizer) =>
  icons.map(({ svg }) => parseDrawing(svg, canonical).drawing);
const merged = learnPathMerges(plain, drawingsOf(plain), { merges: 48, unit: "token" }).tokenizer;
const options: ChangeOptions = { sampling: defaultSampling, seed: 5, maxTokens: null };

for (const [name, tokenizer] of Object.entries({ path: plain, "path with runs": merged })) {
  test(`${name}: what goes on with a drawing keeps its elements, and ends in its budget`, () => {
    const { model } = untrained(tokenizer);
    const fitting = drawingsOf(tokenizer).filter(
      (drawing) => tokenizer.encode(drawing).length < 120,
    );
    assert.ok(fitting.length > 3);
    const beginnings = fitting.flatMap((drawing) => {
      return [1, 2].map((count) => ({
        prompt: "heart",
        drawing: { ...drawing, elements: drawing.elements.slice(0, count) },
      }));
    });
    const made = completeDrawings({ model, tokenizer }, beginnings, options);
    let longer = 0;
    for (const [index, { ids }] of made.entries()) {
      const { drawing } = beginnings[index]!;
      const count = drawing.elements.length;
      const whole = tokenizer.decode(ids);
      const kept = { ...whole, elements: whole.elements.slice(0, count) };
      assert.ok(drawingsEqual(kept, drawing), `beginning ${index} is kept`);
      if (whole.elements.length > count) longer++;
      assert.ok(ids.length < 160);
    }
    assert.ok(longer > made.length / 2, `${longer} of ${made.length} went on`);
    assert.equal(
      completeDrawings({ model, tokenizer }, beginnings.slice(0, 3), options),
      made.slice(0, 3),
    );
    model.dispose();
  });
}

test("captions are text and never empty, whatever a model would say", () => {
  const { model } = untrained(plain);
  const drawings = drawingsOf(plain).filter((drawing) => plain.encode(drawing).length < 120);
  const said = describeDrawings({ model, tokenizer: plain }, drawings, {
    ...options,
    maxTokens: 12,
  });
  assert.is(said.length, drawings.length);
  const { eos } = plain.vocabulary.special;
  for (const { ids, complete } of said) {
    const text = complete ? ids.slice(0, -1) : ids;
    assert.ok(text.length > 0 && ids.length <= 12);
    assert.ok(text.every((id) => plain.isText(id)));
    assert.is(complete, ids.at(-1) === eos);
  }
  model.dispose();
});

test("a changed drawing is a drawing like any other", () => {
  const { model } = untrained(plain, 220);
  const changes = drawingsOf(plain)
    .filter((drawing) => plain.encode(drawing).length < 100)
    .map((drawing) => ({ prompt: "mirror it", drawing }));
  const made = editDrawings({ model, tokenizer: plain }, changes, options);
  assert.is(made.length, changes.length);
  for (const { ids, prompt } of made) {
    assert.is(prompt, "mirror it");
    assert.ok(plain.decode(ids).elements.length > 0);
  }
  model.dispose();
});

test("what leaves no room, or nothing to begin with, is refused by its number", () => {
  const { model } = untrained(plain, 40);
  const [long] = drawingsOf(plain).filter((drawing) => plain.encode(drawing).length > 45);
  const parts = { model, tokenizer: plain };
  const begun = { prompt: "heart", drawing: long! };
  assert.throws(
    () => completeDrawings(parts, [begun], options),
    (error: unknown) => {
      return (
        error instanceof ContextError &&
        /^drawing 1 and its prompt take \d+ tokens/.test(error.message)
      );
    },
  );
  const isRoom = (error: unknown) => error instanceof ContextError;
  assert.throws(() => editDrawings(parts, [begun], options), isRoom);
  assert.throws(() => describeDrawings(parts, [long!], options), isRoom);
  const empty = { prompt: "heart", drawing: { ...long!, elements: [] } };
  const isUsage = (error: unknown) => error instanceof UsageError;
  assert.throws(() => completeDrawings(parts, [empty], options), isUsage);
  model.dispose();
});

test.run();
