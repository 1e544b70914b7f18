/** Descriptions as LLM4SVG's data hold them become drawings. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { canonicalise, parseDrawing } from "../../../svg/index.ts";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { DecodeError } from "../../../tokenizer/core/svg-tokenizer.ts";
import {
  createSemanticTokenizer,
  defaultSemanticOptions,
  llm4svgOptions,
  llm4svgToSvg,
} from "../../../tokenizer/semantic/index.ts";
import { semanticCanonical } from "../../../tokenizer/semantic/options.ts";
import { iconTexts, layouts } from "../base/layouts.ts";

const svg = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">${inside}</svg>`;

test("relative commands, several segments behind one token, attributes", () => {
  const text =
    "Prompt. output:[<|START_OF_SVG|>][<|svg_path|>][<|path_d|>][<|moveto|>]63.6 118.8[<|curveto|>]-27.9 0 -58 -17.5 -58 -55.9 1 2 3 4 5 6[<|close_the_path|>][<|fill|>]#fde030[<|END_OF_SVG|>]";
  assert.is(
    llm4svgToSvg(text, llm4svgOptions),
    svg('<path d="m63.6 118.8c-27.9 0 -58 -17.5 -58 -55.9 1 2 3 4 5 6Z" fill="#fde030"/>'),
  );
});

test("gradients by reference and groups with transforms", () => {
  const text =
    "[<|START_OF_SVG|>][<|svg_linearGradient|>][<|tag_id|>]a[<|x1|>]0[<|x2|>]1[<|svg_stop|>][<|offset|>]0[<|svg_stop|>][<|offset|>]1" +
    "[<|start_of_g|>][<|transform|>]translate(3 4)[<|svg_circle|>][<|cx|>]5[<|cy|>]6[<|r|>]7.25[<|fill|>]url(#a)[<|end_of_g|>][<|svg_text|>][<|x|>]1[<|text-content|>]a < b[<|END_OF_SVG|>]";
  assert.is(
    llm4svgToSvg(text, llm4svgOptions),
    svg(
      '<linearGradient id="a" x1="0" x2="1"><stop offset="0"/><stop offset="1"/></linearGradient>' +
        '<g transform="translate(3 4)"><circle cx="5" cy="6" r="7.25" fill="url(#a)"/></g><text x="1">a &lt; b</text>',
    ),
  );
  const options = { ...llm4svgOptions, groups: "keep" } as const;
  const { elements } = parseDrawing(llm4svgToSvg(text), semanticCanonical(options)).drawing;
  assert.is(elements.length, 1);
  assert.equal(
    { ...elements[0], fill: null },
    {
      kind: "circle",
      cx: 800,
      cy: 1000,
      r: 725,
      fill: null,
      fillRule: "nonzero",
      fillOpacity: 100,
      stroke: null,
      opacity: 100,
    },
  );
});

test("what the representation writes of plain drawings is in LLM4SVG's form", () => {
  const base = baseTokenizerFromJSON(layouts["GPT-2"]());
  for (const options of [llm4svgOptions, defaultSemanticOptions]) {
    const semantic = createSemanticTokenizer({ base, options });
    for (let i = 0; i < iconTexts.length; i += 50) {
      const { drawing } = parseDrawing(iconTexts[i]!, semantic.canonical);
      // Line joins have no token.
      const plain = drawing.elements.map((element) =>
        element.kind === "group" || element.stroke === null
          ? element
          : { ...element, stroke: { ...element.stroke, join: "miter" as const } },
      );
      const expected = canonicalise({ ...drawing, elements: plain }, semantic.canonical);
      const text = semantic.base.decode(semantic.encode(expected));
      assert.equal(parseDrawing(llm4svgToSvg(text, options), semantic.canonical).drawing, expected);
    }
  }
});

test("broken descriptions are refused with the token's index", () => {
  const at = (text: string) => {
    try {
      llm4svgToSvg(text, llm4svgOptions);
    } catch (error) {
      if (error instanceof DecodeError) return error.position;
      throw error;
    }
    return undefined;
  };
  assert.is(at("[<|START_OF_SVG|>][<|svg_path|>]"), 2);
  assert.is(at("[<|svg_path|>][<|END_OF_SVG|>]"), 0);
  assert.is(at("[<|START_OF_SVG|>][<|fill|>]red[<|END_OF_SVG|>]"), 1);
  assert.is(at("[<|START_OF_SVG|>][<|svg_path|>][<|nonsense|>]"), 2);
  assert.is(at("[<|START_OF_SVG|>][<|end_of_g|>]"), 1);
});

test.run();
