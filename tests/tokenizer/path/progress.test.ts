/** Drawings read as their tokens come. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Drawing,
  DrawingStream,
  type PathCommand,
  parseDrawing,
  printDrawing,
} from "../../../svg/index.ts";
import {
  createPathTokenizer,
  learnPathMerges,
  type PathTokenizer,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";

const icons = join(
  dirname(createRequire(import.meta.url).resolve("lucide-static/package.json")),
  "icons",
);
const sources = readdirSync(icons)
  .filter((_, i) => i % 40 === 0)
  .map((file) => readFileSync(join(icons, file), "utf8"));
const colorful = [
  `<svg viewBox="0 0 24 24"><defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs>
   <g opacity=".5"><path fill="url(#g)" d="M2 2h9v9z"/><circle cx="5" cy="5" r="3" fill="#123"/></g>
   <polyline points="1,2 5,9 12,3" fill="none" stroke="teal"/><rect x="3" y="3" width="9" height="4" fill="url(#g)"/></svg>`,
  `<svg viewBox="0 0 48 24"><rect width="30" height="20"/><ellipse cx="9" cy="9" rx="4" ry="2" stroke="red" stroke-dasharray="2 1"/></svg>`,
];

const plain = createPathTokenizer();
const stroked = createPathTokenizer({ options: strokeIconOptions });

function merged(tokenizer: PathTokenizer, drawings: readonly Drawing[]): PathTokenizer {
  return learnPathMerges(tokenizer, drawings, { merges: 64 }).tokenizer;
}

const cases = [
  { name: "of all kinds", tokenizer: plain, texts: [...sources.slice(0, 20), ...colorful] },
  { name: "of icons", tokenizer: stroked, texts: sources },
];

for (const { name, tokenizer: bare, texts } of cases) {
  const drawings = texts.map((text) => parseDrawing(text, bare.canonical).drawing);
  for (const tokenizer of [bare, merged(bare, drawings)]) {
    const kind = `${name}${tokenizer === bare ? "" : ", merged"}`;
    test(`every beginning of a drawing is one that only grows (${kind})`, () => {
      for (const drawing of drawings) {
        const progress = tokenizer.progress!();
        const stream = new DrawingStream(drawing);
        let [text, settled, before] = ["", 0, 0];
        const elements: (number | null)[] = [];
        for (const id of tokenizer.encode(drawing)) {
          elements.push(progress.take(id));
          const now = progress.drawing;
          assert.ok(progress.settled >= settled);
          assert.equal(now.elements.slice(0, settled), drawing.elements.slice(0, settled));
          for (; settled < progress.settled; settled++) {
            text += stream.element(now.elements[settled]!);
          }
          const size = piecesOf(now);
          assert.ok(size >= before, "what is there stays");
          before = size;
        }
        assert.equal(progress.drawing, drawing);
        assert.is(settled, drawing.elements.length);
        const told = elements.filter((element) => element !== null);
        assert.equal([...new Set(told)], [...drawing.elements.keys()], "tokens of each, in turn");
        assert.is(elements[0], null);
        assert.is(elements.at(-1), null);
        const whole = text + stream.end();
        assert.equal(parseDrawing(whole, tokenizer.canonical).drawing, drawing);
        assert.ok(whole.length <= 1.6 * printDrawing(drawing).length + 80);
      }
    });
  }
}

/** How much there is to be seen. */
function piecesOf({ elements }: Pick<Drawing, "elements">): number {
  return elements.reduce((sum, element) => {
    if (element.kind === "group") return sum + piecesOf({ elements: element.children });
    if (element.kind === "path") return sum + commandsOf(element.commands);
    return sum + 1;
  }, 0);
}

function commandsOf(commands: readonly PathCommand[]): number {
  return commands.length;
}

test("a token that does not fit is told with its place", () => {
  const progress = stroked.progress!();
  const { drawing } = stroked.vocabulary.special;
  progress.take(drawing);
  assert.throws(() => progress.take(drawing), /token 1: /);
});

test("a drawing of which nothing shows has a text all the same", () => {
  assert.is(
    new DrawingStream({ width: 8, height: 4 }).end(),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"/>`,
  );
});

test.run();
