/** The laws of the semantic tokenizer: encoding is exact, whatever the base tokenizer. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, parseDrawing } from "../../../svg/index.ts";
import { type BaseTokenizer, baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { DecodeError, EncodeError } from "../../../tokenizer/core/svg-tokenizer.ts";
import {
  createSemanticTokenizer,
  llm4svgOptions,
  type SemanticOptions,
  semanticFromJSON,
  semanticTokens,
} from "../../../tokenizer/semantic/index.ts";
import { drawing } from "../../svg/arbitrary.ts";
import { iconTexts, layouts } from "../base/layouts.ts";

const bases = Object.entries(layouts).map(
  ([name, layout]) => [name, baseTokenizerFromJSON(layout())] as const,
);
const gpt2 = baseTokenizerFromJSON(layouts["GPT-2"]());
const llama2 = baseTokenizerFromJSON(layouts["Llama 2"]());

const variants: readonly Partial<SemanticOptions>[] = [
  {},
  { positions: "relative" },
  { precision: 1, grid: 24 },
  { grid: 96, groups: "flatten", gradients: "first-stop", colorBits: 4 },
  { strokes: "drop", shapes: "paths" },
  llm4svgOptions,
];

function textOf(base: BaseTokenizer, ids: readonly number[]): string {
  return base.decode(ids);
}

function path(commands: string, options: Partial<SemanticOptions> = {}): string {
  const semantic = createSemanticTokenizer({ base: gpt2, options });
  const { grid } = semantic.options;
  const svg = `<svg viewBox="0 0 ${grid} ${grid}"><path fill="#fde030" d="${commands}"/></svg>`;
  return textOf(semantic.base, semantic.encode(parseDrawing(svg, semantic.canonical).drawing));
}

test("LLM4SVG's 58 tokens follow the base tokenizer's, two of them special", () => {
  assert.is(semanticTokens.length, 58);
  const { vocabulary } = createSemanticTokenizer({ base: gpt2 });
  assert.is(vocabulary.size, gpt2.size + 58);
  assert.is(vocabulary.token(vocabulary.special.drawing), "[<|START_OF_SVG|>]");
  assert.is(vocabulary.token(vocabulary.special.eos), "[<|END_OF_SVG|>]");
  assert.equal(
    semanticTokens.filter(({ special }) => special).map(({ token }) => token),
    ["[<|START_OF_SVG|>]", "[<|END_OF_SVG|>]"],
  );
});

test("a path reads as in LLM4SVG's data", () => {
  assert.is(
    path("M63.6 118.8c-27.9 0-58-17.5-58-55.9", llm4svgOptions),
    "[<|START_OF_SVG|>][<|svg_path|>][<|path_d|>][<|moveto|>]63.6 118.8[<|curveto|>]-27.9 0 -58 -17.5 -58 -55.9[<|fill|>]#fde030[<|END_OF_SVG|>]",
  );
});

test("horizontal, vertical and smooth commands stand wherever they say the same", () => {
  assert.is(
    path("M1 2H5V9L7 8C7 9 8 9 8 8 8 7 9 7 9 8Q9 9 10 9 11 9 11 10Z"),
    "[<|START_OF_SVG|>][<|svg_path|>][<|path_d|>][<|moveto|>]1 2[<|horizontal_lineto|>]5[<|vertical_lineto|>]9[<|lineto|>]7 8" +
      "[<|curveto|>]7 9 8 9 8 8[<|smooth_curveto|>]9 7 9 8[<|quadratic_bezier_curve|>]9 9 10 9[<|smooth_quadratic_bezier_curveto|>]11 10[<|close_the_path|>][<|fill|>]#fde030[<|END_OF_SVG|>]",
  );
});

test("what no token names stands as words behind the token that it belongs to", () => {
  const semantic = createSemanticTokenizer({ base: gpt2 });
  const svg = `<svg viewBox="0 0 200 100"><linearGradient id="g" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="9" y2="9" spreadMethod="repeat"><stop stop-color="#fff"/><stop offset=".5" stop-color="red" stop-opacity=".5"/></linearGradient>
    <rect x="1" y="2" width="30" height="40" rx="5" fill="url(#g)" fill-rule="evenodd" stroke="#123456" stroke-opacity=".5" stroke-width="1.25" stroke-linejoin="bevel" stroke-dasharray="4 2" stroke-dashoffset="1" opacity=".25"/></svg>`;
  const ids = semantic.encode(parseDrawing(svg, semantic.canonical).drawing);
  assert.is(
    textOf(semantic.base, ids),
    "[<|START_OF_SVG|>][<|height|>]100[<|svg_rect|>][<|x|>]1[<|y|>]2[<|width|>]30[<|height|>]40[<|rx|>]5[<|ry|>]5" +
      "[<|fill|>]gradient evenodd[<|svg_linearGradient|>][<|x1|>]0[<|y1|>]0[<|x2|>]9[<|y2|>]9 spread repeat[<|svg_stop|>][<|offset|>]0 #fff[<|svg_stop|>][<|offset|>]0.5 #f00 opacity 0.5" +
      "[<|stroke|>]#123456 opacity 0.5 linejoin bevel dasharray 4 2 dashoffset 1[<|stroke-width|>]1.25[<|opacity|>]0.25[<|END_OF_SVG|>]",
  );
});

for (const options of variants) {
  test(`decode(encode(d)) = d under ${JSON.stringify(options)}`, () => {
    const codecs = [gpt2, llama2].map((base) => createSemanticTokenizer({ base, options }));
    fc.assert(
      fc.property(drawing(codecs[0]!.canonical), (d: Drawing) => {
        for (const semantic of codecs) assert.equal(semantic.decode(semantic.encode(d)), d);
      }),
      { numRuns: 150, seed: 4 },
    );
  });
}

for (const [name, base] of bases) {
  test(`all Lucide icons come back over ${name}'s tokenizer`, () => {
    const semantic = createSemanticTokenizer({ base, options: { grid: 96 } });
    const every = name === "GPT-2" || name === "Llama 2" ? 1 : 10;
    for (let i = 0; i < iconTexts.length; i += every) {
      const { drawing } = parseDrawing(iconTexts[i]!, semantic.canonical);
      assert.equal(semantic.decode(semantic.encode(drawing)), drawing);
    }
  });

  test(`saving and loading keeps every id over ${name}'s tokenizer`, () => {
    const semantic = createSemanticTokenizer({ base, options: { precision: 1 } });
    const again = semanticFromJSON(JSON.parse(JSON.stringify(semantic.toJSON())));
    assert.equal(again.options, semantic.options);
    assert.equal(again.vocabulary.special, semantic.vocabulary.special);
    assert.is(again.vocabulary.size, semantic.vocabulary.size);
    const { drawing } = parseDrawing(iconTexts[7]!, semantic.canonical);
    assert.equal(again.encode(drawing), semantic.encode(drawing));
    assert.equal(again.encodeText("a red fox"), semantic.encodeText("a red fox"));
    assert.is(again.decodeText(again.encodeText("a red fox")), "a red fox");
  });
}

test("a drawing that is not canonical is refused", () => {
  const semantic = createSemanticTokenizer({ base: gpt2 });
  assert.throws(
    () => semantic.encode({ width: 100, height: 100, elements: [] }),
    (error: unknown) => error instanceof EncodeError && error.message.includes("100 x 100"),
  );
});

test("broken sequences are refused with the place of the first token that does not fit", () => {
  const semantic = createSemanticTokenizer({ base: gpt2 });
  const circle = semantic.base.encode(
    "[<|START_OF_SVG|>][<|svg_circle|>][<|cx|>]1[<|cy|>]2[<|r|>]3[<|END_OF_SVG|>]",
  );
  const at = (ids: readonly number[]) => {
    try {
      semantic.decode(ids);
    } catch (error) {
      if (error instanceof DecodeError) return error.position;
      throw error;
    }
    return undefined;
  };
  assert.is(at(circle), undefined);
  assert.is(at(circle.slice(0, -1)), circle.length - 1);
  assert.is(at([...circle, ...circle]), circle.length);
  assert.is(at(circle.slice(1)), 0);
  assert.is(at(circle.toSpliced(4, 1)), 5);
  assert.is(at(circle.toSpliced(2, 0, 1e9)), 2);
  assert.is(at(circle.toSpliced(2, 0, semantic.vocabulary.special.bos)), 2);
});

test.run();
