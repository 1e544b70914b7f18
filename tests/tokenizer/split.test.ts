/** A drawing's tokens in two, and what may follow the first part without changing it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawingsEqual, parseDrawing } from "../../svg/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  learnPathMerges,
  type SvgTokenizer,
  strokeIconOptions,
  withPromptTemplate,
} from "../../tokenizer/index.ts";
import { lucideIcons } from "./icons.ts";

const golden = join(import.meta.dirname, "../golden/tokenizers/qwen2/tokenizer.json");
const base = baseTokenizerFromJSON(JSON.parse(readFileSync(golden, "utf8")));
const icons = lucideIcons().filter((_, index) => index % 120 === 0);

function merged(): SvgTokenizer {
  const plain = createPathTokenizer({ options: { ...strokeIconOptions, positions: "relative" } });
  const drawings = icons.map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
  return learnPathMerges(plain, drawings, { merges: 64, unit: "token" }).tokenizer;
}

const tokenizers: Readonly<Record<string, SvgTokenizer>> = {
  path: createPathTokenizer(),
  "path with runs": merged(),
  "path with a prompt": withPromptTemplate(createPathTokenizer(), " {caption}"),
  omnisvg: createOmniSvgTokenizer(),
  semantic: createSemanticTokenizer({ base }),
  "semantic, relative": createSemanticTokenizer({ base, options: { positions: "relative" } }),
  text: createTextTokenizer({ base }),
};

for (const [name, tokenizer] of Object.entries(tokenizers)) {
  test(`${name}: both parts together are the drawing, and the second leaves the first as it is`, () => {
    let splits = 0;
    for (const { file, svg: stroked } of icons) {
      // OmniSVG's vocabulary has no strokes, which these icons are made of.
      const svg =
        name === "omnisvg" ? stroked.replace('fill="none"', 'fill="currentColor"') : stroked;
      const { drawing: parsed } = parseDrawing(svg, tokenizer.canonical);
      const drawing = tokenizer.fit?.(parsed) ?? parsed;
      for (let count = 1; count <= drawing.elements.length; count++) {
        const split = tokenizer.split(drawing, count);
        assert.ok(split !== null, `${file}: no split behind element ${count}`);
        const { given, rest } = split;
        assert.ok(drawingsEqual(tokenizer.decode([...given, ...rest]), drawing), file);
        const first = { ...drawing, elements: drawing.elements.slice(0, count) };
        const alone = tokenizer.decode([...given, ...tokenizer.split(first, count)!.rest]);
        assert.ok(drawingsEqual(alone, first), `${file}: the first ${count} alone`);
        assert.ok(tokenizer.leaves(given, rest[0]!), `${file}: what follows element ${count}`);
        splits++;
      }
    }
    assert.ok(splits > icons.length, `${splits} splits`);
  });
}

test("a token that would lengthen the last element does not leave it as it is", () => {
  const svg =
    '<svg viewBox="0 0 24 24"><path d="M5 12h14l3 4" fill="none" stroke="currentColor"/></svg>';
  for (const name of ["path", "path with runs", "semantic, relative"]) {
    const tokenizer = tokenizers[name]!;
    const { drawing } = parseDrawing(svg, tokenizer.canonical);
    const { given } = tokenizer.split(drawing, 1)!;
    const state = tokenizer.automaton().start(given.length + 60);
    for (const id of given) state.accept(id);
    const ids = Array.from({ length: tokenizer.vocabulary.size }, (_, id) => id);
    const allowed = ids.filter((id) => state.allows(id));
    const left = allowed.filter((id) => tokenizer.leaves(given, id));
    assert.ok(left.length > 0 && left.length < allowed.length, `${name}: ${left.length}`);
    assert.ok(left.includes(tokenizer.vocabulary.special.eos), name);
  }
});

test("over a tokenizer that puts a space in front of every piece, text is split where it can be", () => {
  const file = join(import.meta.dirname, "../golden/tokenizers/llama-2/tokenizer.json");
  const llama = baseTokenizerFromJSON(JSON.parse(readFileSync(file, "utf8")));
  const tokenizer = createTextTokenizer({ base: llama });
  for (const { svg } of icons.slice(0, 10)) {
    const { drawing } = parseDrawing(svg, tokenizer.canonical);
    const split = tokenizer.split(drawing, 1);
    if (split === null) continue;
    assert.ok(drawingsEqual(tokenizer.decode([...split.given, ...split.rest]), drawing));
  }
});

test.run();
