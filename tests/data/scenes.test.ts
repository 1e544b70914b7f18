/** Drawings that are too long, learnt in parts: nothing is lost, and all is counted. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CorpusEntry,
  dataCard,
  dataCardText,
  dataNotes,
  tokenizeEntries,
} from "../../data/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { prepareData, prepareDrawings } from "../../src/runs/index.ts";
import { type Drawing, parseDrawing, printDrawing } from "../../svg/index.ts";
import {
  chunkCaption,
  createPathTokenizer,
  encodePrompt,
  joinScene,
  splitScene,
  strokeIconOptions,
  trainBytePairs,
} from "../../tokenizer/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

const tokenizer = createPathTokenizer({
  options: strokeIconOptions,
  text: trainBytePairs([], { vocabularySize: 256 }),
});
const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
const drawingOf = (name: string) =>
  parseDrawing(readFileSync(join(icons, `${name}.svg`), "utf8"), tokenizer.canonical).drawing;

/** Icons on top of each other. */
const town: Drawing = {
  ...drawingOf("house"),
  elements: ["house", "tree-pine", "car", "sun", "cloud"].flatMap(
    (name) => drawingOf(name).elements,
  ),
};
const entries: readonly CorpusEntry[] = [
  { id: "town", captions: ["town", "a town by the sea"], drawing: town },
  { id: "minus", captions: ["minus"], drawing: drawingOf("minus") },
];
const maxTokens = 160;

test("parts fit with their captions, say what they are, and join to the very drawing", () => {
  const { dataset, report } = tokenizeEntries(entries, tokenizer, { maxTokens, scenes: true });
  const parts = dataset.size - 1;
  assert.ok(parts > 1, `${parts}`);
  assert.equal(report.scenes, { drawings: 1, parts });
  assert.equal(report.tooLong, []);
  assert.equal(report.bySet, [dataset.size]);
  const decoded = Array.from({ length: parts }, (_, sample) => {
    const { tokens, drawingStart } = dataset.plain(sample);
    assert.ok(tokens.length <= maxTokens);
    return tokenizer.decode(tokens.subarray(drawingStart));
  });
  // What a part is of the whole follows from its drawing and those before it.
  const chunks = decoded.map((drawing, index) => ({
    ...{ drawing, index, count: parts, continuedGroups: 0 },
    before: { shapes: 0, bounds: null, paints: [] },
  }));
  assert.equal(joinScene(chunks), town);
  assert.is(dataset.id(1), `town (part 2 of ${parts})`);
  const before = decoded[0]!.elements.length;
  assert.match(
    dataset.captions(1)[0] ?? "",
    new RegExp(`^town \\(part 2 of ${parts}; before: ${before} shapes in currentColor, `),
  );
  assert.is(dataset.captions(0)[0], `town (part 1 of ${parts})`);
});

test("without them, the same drawing is too long; a single element that is, stays so", () => {
  const { report } = tokenizeEntries(entries, tokenizer, { maxTokens });
  assert.equal(
    report.tooLong.map(({ id }) => id),
    ["town"],
  );
  assert.is(report.scenes, undefined);
  const narrow = tokenizeEntries(entries, tokenizer, { maxTokens: 24, scenes: true });
  assert.equal(narrow.report.scenes, { drawings: 0, parts: 0 });
  assert.equal(
    narrow.report.tooLong.map(({ id }) => id),
    ["town"],
  );
});

test("the longest chunks are taken that leave room for their captions", () => {
  const { dataset } = tokenizeEntries(entries, tokenizer, { maxTokens, scenes: true });
  const budget = maxTokens - encodePrompt(tokenizer, "town").length;
  const chunks = splitScene(town, tokenizer, budget);
  const most = Math.max(
    ...chunks.map((chunk) => encodePrompt(tokenizer, chunkCaption("town", chunk)).length),
  );
  assert.ok(dataset.size - 1 <= Math.ceil((chunks.length * maxTokens) / (maxTokens - most)) + 1);
});

test("what was split is counted in the notes and on the card", () => {
  const { report } = tokenizeEntries(entries, tokenizer, { maxTokens, scenes: true });
  const none = tokenizeEntries([], tokenizer, { maxTokens, scenes: true }).report;
  const facts = null;
  const set = { name: "town", facts, weight: 1, rows: 2, duplicates: 0, bad: [], styles: {} };
  const corpus = { source: "town", rows: 2, duplicates: 0, bad: [], dropped: {}, sets: [set] };
  const reports = { corpus, train: report, heldOut: none };
  const notes = dataNotes(reports, { limit: maxTokens, limitKey: "model.contextLength" });
  const { parts } = report.scenes!;
  assert.ok(
    notes.includes(
      `1 of 2 are longer than model.contextLength 160 and learnt in ${parts} parts (data.tooLong: scenes)`,
    ),
    notes.join("\n"),
  );
  const card = dataCard(reports, { limit: maxTokens, heldOut: 0, splitNames: true });
  assert.equal(card.totals.scenes, { drawings: 1, parts });
  assert.match(dataCardText(card), /1 drawings are longer than 160 tokens and learnt in \d parts/);
});

test("a recipe reaches it, and a prepared set refuses it", async () => {
  const place = temporaryFolder();
  const file = tinyRecipe(place);
  // Both sides of the split have one.
  for (let i = 0; i < 8; i++) {
    const drawing = { ...town, elements: town.elements.slice(i) };
    writeFileSync(join(place, "icons", `town-${i}.svg`), printDrawing(drawing));
  }
  const asked = (how: string) =>
    loadConfig(file, [
      { path: "data.tooLong", text: how },
      { path: "model.contextLength", text: "128" },
    ]);
  const dropped = await prepareData(asked("drop"));
  const split = await prepareData(asked("scenes"));
  const count = split.reports.train.scenes?.drawings ?? 0;
  assert.ok(count > 0);
  assert.is(split.reports.train.tooLong.length, dropped.reports.train.tooLong.length - count);
  assert.ok(split.train.size >= dropped.train.size + 2 * count);
  assert.ok((split.reports.heldOut.scenes?.drawings ?? 0) > 0);
  try {
    await prepareDrawings({ config: asked("scenes"), folder: join(place, "set") });
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /data\.tooLong: scenes are cut for the context of a run/,
    );
  }
});

test.run();
