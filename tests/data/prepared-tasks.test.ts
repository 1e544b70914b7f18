/** Prepared sets of every task, with chats and without: the same as on the fly, and where answers lie. */
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  drawingOf,
  noCaption,
  openPreparedSet,
  type TokenDataset,
  targetsOf,
} from "../../data/index.ts";
import { resolveConfig } from "../../src/config/index.ts";
import type { SvgGenerator } from "../../src/generate/index.ts";
import { prepareData, prepareDrawings, scoredDrawings } from "../../src/runs/index.ts";
import { measureChanging } from "../../src/runs/record/measure-changes.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-prepared-tasks-"));
const fixtures = join(import.meta.dirname, "formats", "fixtures");
let folders = 0;
const newFolder = () => join(root, `set-${folders++}`);

/** What a training learns of it: every answer with its places, and what it may be shown without. */
function learnt(dataset: TokenDataset) {
  return Array.from({ length: dataset.size }, (_, sample) => ({
    id: dataset.id(sample),
    captions: dataset.captions(sample),
    weight: dataset.weight(sample),
    dropped: dataset.mayDropCaption(sample),
    all: Array.from({ length: dataset.drawingCount(sample) }, (_, drawing) =>
      Array.from({ length: dataset.captionCount(sample, drawing) }, (_, caption) => {
        const found = dataset.get({ sample, caption, drawing });
        return [[...found.tokens], targetsOf(found), [...drawingOf(found)]];
      }),
    ),
    without: [...dataset.get({ sample, caption: noCaption, drawing: 0 }).tokens],
    picked: [0, 0.3, 0.6, 0.99].map((at) => dataset.pickDrawing(sample, at)),
  }));
}

const chats = join(import.meta.dirname, "../golden/chat");

/** A folder with a small base tokenizer and a chat template beside it. */
function chatBase(): string {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  cpSync(join(chats, "tokenizers/qwen2.json"), join(folder, "tokenizer.json"));
  cpSync(join(chats, "templates/qwen-2.5.jinja"), join(folder, "chat_template.jinja"));
  const settings = { eos_token: "<|im_end|>" };
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(settings));
  return join(folder, "tokenizer.json");
}

const mixed = ["text-to-svg", { task: "svg-to-text", weight: 2 }, "completion", "editing"];
const path = { captionVocabulary: 300 };
const short = [600, 330] as const;
type Taught = readonly [data: object, tokenizer: object, contexts: readonly [number, number]];
const taught: Readonly<Record<string, Taught>> = {
  "captions of drawings": [{ task: "svg-to-text" }, path, short],
  "drawings to be completed, mirrored ones too": [
    { task: "completion", augment: "mirror" },
    path,
    short,
  ],
  "edits that are made of drawings": [{ task: "editing", editsEach: 2 }, path, short],
  "all four tasks, mixed": [{ task: mixed, beginnings: 2 }, path, short],
  "all four tasks in chats": [
    { task: mixed },
    {
      type: "text",
      wrapper: "bare",
      template: "chat",
      prompt: "Draw {caption}.",
      base: chatBase(),
    },
    [3000, 900],
  ],
};
for (const [name, [data, tokenizer, contexts]] of Object.entries(taught)) {
  test(`a prepared set of ${name} is what training on the fly reads, and where answers lie`, async () => {
    const said = (source: string, context = contexts[0]) =>
      resolveConfig({
        data: { source, heldOut: 0.3, ...data },
        tokenizer: { grid: 48, ...tokenizer },
        model: { contextLength: context },
      } as never);
    const icons = join(fixtures, "pandas.jsonl");
    const folder = newFolder();
    await prepareDrawings({ config: said(icons), folder, threads: 1 });
    for (const context of contexts) {
      const here = await prepareData(said(icons, context));
      const there = await prepareData(said(folder, context));
      for (const side of ["train", "heldOut"] as const) {
        assert.ok(here[side].size > 0, `${side} at ${context}`);
        assert.equal(learnt(there[side]), learnt(here[side]), `${side} at ${context}`);
      }
    }
    const config = said(folder);
    const { tokenizer: own } = await prepareData(config);
    const scored = await scoredDrawings(config, own, { all: true, context: contexts[0] });
    assert.is(
      scored.size,
      openPreparedSet(folder).train.size + openPreparedSet(folder).heldOut.size,
    );
    const others = { ...own.vocabulary, token: (id: number) => `${own.vocabulary.token(id)}'` };
    const foreign = { ...own, vocabulary: others };
    const unscored = await scoredDrawings(config, foreign, {
      all: true,
      context: contexts[0],
    }).then(String, ({ message }) => message as string);
    assert.match(unscored, /data\.source: .* holds tokens of another vocabulary than the model's/);
    const other = { ...config, data: { ...config.data, task: "text-to-svg" as const } };
    const refused = await prepareData(other).then(String, ({ message }) => message as string);
    assert.match(refused, /data\.task: expected .*, by which/);
  });
}

test("edits of a prepared set of edits alone are not measured by others, and it is said why", async () => {
  const config = (source: string, set: string | null = null) =>
    resolveConfig({ data: { source, task: "editing" }, evaluate: { set } });
  const folder = newFolder();
  await prepareDrawings({ config: config(join(fixtures, "pandas.jsonl")), folder, threads: 1 });
  const { tokenizer } = await prepareData(config(folder));
  const said: string[] = [];
  const generator = { tokenizer } as unknown as SvgGenerator;
  const notice = (text: string) => said.push(text);
  assert.equal(await measureChanging(generator, config(folder), 512, notice), []);
  assert.match(said.join(), /edits are not measured: .* holds the drawings that they lead to/);
  const elsewhere = config(join(fixtures, "pandas.jsonl"), "no such set");
  const refused = await measureChanging(generator, elsewhere, 512, notice).then(String, String);
  assert.match(refused, /evaluate\.set: expected one of .*, but found no such set/);
});

test("a table of edits is not prepared", async () => {
  const columns = { svg: "svg", before: "svg", captions: "caption" };
  const source = { source: join(fixtures, "pandas.jsonl"), columns };
  const made = prepareDrawings({
    config: resolveConfig({ data: { source, task: "editing" } }),
    folder: newFolder(),
  });
  assert.match(await made.then(String, ({ message }) => message), /a table of edits/);
});

test.run();
