/** The laws of the text tokenizer, in both of the thesis's wrappers. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, parseDrawing, printDrawing } from "../../../svg/index.ts";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { DecodeError, EncodeError } from "../../../tokenizer/core/svg-tokenizer.ts";
import {
  createTextTokenizer,
  type TextOptions,
  textFromJSON,
} from "../../../tokenizer/text/index.ts";
import { drawing } from "../../svg/arbitrary.ts";
import { iconTexts, layouts } from "../base/layouts.ts";

const gpt2 = baseTokenizerFromJSON(layouts["GPT-2"]());
const llama2 = baseTokenizerFromJSON(layouts["Llama 2"]());
const bases = Object.entries(layouts).map(
  ([name, layout]) => [name, baseTokenizerFromJSON(layout())] as const,
);

const heart = parseDrawing('<svg viewBox="0 0 200 200"><circle r="9" fill="red"/></svg>').drawing;

test("markers stand around the caption and the SVG", () => {
  const text = createTextTokenizer({ base: gpt2 });
  const { special } = text.vocabulary;
  const ids = [special.bos, ...text.encodeText("a red dot"), ...text.encode(heart)];
  assert.is(text.base.decode(ids), `<|ctx|>a red dot<|objs|>${printDrawing(heart)}<|end_svg|>`);
  assert.is(text.encode(heart)[0], special.drawing);
  assert.is(text.encode(heart).at(-1), special.eos);
});

test("an instruction needs no tokens beside the base tokenizer's", () => {
  const text = createTextTokenizer({ base: llama2, options: { wrapper: "instruction" } });
  const { special, size } = text.vocabulary;
  assert.is(size, llama2.size);
  assert.is(text.vocabulary.token(special.bos), "<s>");
  assert.is(text.vocabulary.token(special.eos), "</s>");
  const prompt = text.encodeText("a red dot");
  assert.is(text.base.decode(prompt), "Instruction: Create a valid minimal SVG for: a red dot\n");
  assert.is(text.decodeText(prompt), "a red dot");
  assert.is(text.base.decode(text.encode(heart)), `Response: ${printDrawing(heart)}</s>`);
  assert.is(text.encode(heart)[0], special.drawing);
});

const variants: readonly Partial<TextOptions>[] = [
  {},
  { wrapper: "instruction" },
  { grid: 96, shapes: "paths", arcs: "cubics", quadratics: "cubics" },
  { groups: "flatten", gradients: "first-stop", colorBits: 4, strokes: "drop" },
];

for (const options of variants) {
  test(`decode(encode(d)) = d under ${JSON.stringify(options)}`, () => {
    const codecs = [gpt2, llama2].map((base) => createTextTokenizer({ base, options }));
    fc.assert(
      fc.property(drawing(codecs[0]!.canonical), (d: Drawing) => {
        for (const text of codecs) assert.equal(text.decode(text.encode(d)), d);
      }),
      { numRuns: 100, seed: 5 },
    );
  });
}

for (const [name, base] of bases) {
  test(`Lucide icons come back, and settings are saved, over ${name}'s tokenizer`, () => {
    const options: Partial<TextOptions> = { wrapper: name === "Qwen" ? "instruction" : "markers" };
    const text = createTextTokenizer({ base, options });
    const again = textFromJSON(JSON.parse(JSON.stringify(text.toJSON())));
    assert.equal(again.options, text.options);
    assert.equal(again.vocabulary.special, text.vocabulary.special);
    const every = name === "GPT-2" ? 1 : 10;
    for (let i = 0; i < iconTexts.length; i += every) {
      const { drawing } = parseDrawing(iconTexts[i]!, text.canonical);
      const ids = text.encode(drawing);
      assert.equal(again.decode(ids), drawing);
    }
    assert.is(again.decodeText(text.encodeText("a red fox, it's 12")), "a red fox, it's 12");
  });
}

test("drawings on another grid are refused", () => {
  const text = createTextTokenizer({ base: gpt2 });
  assert.throws(
    () => text.encode({ width: 10, height: 10, elements: [] }),
    (error: unknown) => error instanceof EncodeError && error.message.includes("10 x 10"),
  );
});

test("broken sequences are refused with the place of the first token that does not fit", () => {
  const text = createTextTokenizer({ base: gpt2 });
  const ids = text.encode(heart);
  const at = (broken: readonly number[]) => {
    try {
      text.decode(broken);
    } catch (error) {
      if (error instanceof DecodeError) return error.position;
      throw error;
    }
    return undefined;
  };
  assert.is(at(ids), undefined);
  assert.is(at(ids.slice(0, -1)), ids.length - 1);
  assert.is(at(ids.slice(1)), 0);
  assert.is(at(ids.toSpliced(3, 0, 1e9)), 3);
  assert.is(at(ids.toSpliced(3, 0, text.vocabulary.special.bos)), 3);
  const circle = text.base.encode("<circle");
  const inside = ids.findIndex((_, i) => circle.every((id, k) => ids[i + k] === id));
  assert.is(at(ids.toSpliced(inside, 0, ...text.base.encode("<"))), inside + 1);
});

test.run();
