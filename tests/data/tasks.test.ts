/** How the samples of each task lie in tokens, and which of them are learnt. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  BatchStream,
  type CorpusEntry,
  drawingOf,
  fingerprint,
  hideTokens,
  ignoreIndex,
  layOut,
  mirror,
  noCaption,
  readEdits,
  type Sample,
  type Source,
  type TaskShare,
  type TokenDataset,
  targetsOf,
  tokenizeEntries,
} from "../../data/index.ts";
import { drawingsEqual, parseDrawing } from "../../svg/index.ts";
import {
  createPathTokenizer,
  encodeTaskPrompt,
  plainTemplates,
  strokeIconOptions,
  type Task,
  withPromptTemplate,
  withTemplates,
} from "../../tokenizer/index.ts";
import { entry, line } from "./line-entry.ts";

const tokenizer = withPromptTemplate(
  createPathTokenizer({ options: strokeIconOptions }),
  " {caption}",
);
const { bos, eos } = tokenizer.vocabulary.special;

const entries = [
  entry("arrow-left", ["arrow left", "arrow left, back"], [line(10)]),
  entry("rails", ["rails"], [line(10), line(40), line(70)]),
];

function made(tasks: readonly (Task | TaskShare)[], of = entries, maxTokens = 200): TokenDataset {
  const shares = tasks.map((one) => (typeof one === "string" ? { task: one, weight: 1 } : one));
  return tokenizeEntries(of, tokenizer, { maxTokens, tasks: shares }).dataset;
}

/** The tokens that a batch counts. */
function learnt(sample: Sample): number[] {
  const length = sample.tokens.length + 3;
  const batch = layOut([[sample]], { rows: 1, sequenceLength: length, pad: 0 }, "drawing");
  const counted = [...batch.targets].filter((id) => id !== ignoreIndex);
  assert.is(counted.length, batch.targetCount);
  return counted;
}

test("svg-to-text: the drawing is given, the caption and its end are learnt", () => {
  const dataset = made(["svg-to-text"]);
  assert.is(dataset.size, 2);
  assert.equal(dataset.captions(0), ["arrow left", "arrow left, back"]);
  const drawing = tokenizer.encode(entries[0]!.drawing);
  for (const [index, caption] of dataset.captions(0).entries()) {
    const sample = dataset.get({ sample: 0, caption: 0, drawing: index });
    const said = [...tokenizer.encodePlain(caption, { before: " ", after: "" }), eos];
    assert.equal([...sample.tokens], [bos, ...drawing, ...said]);
    assert.equal(learnt(sample), said);
    assert.equal([...drawingOf(sample)], drawing);
  }
});

test("text-to-svg: captions are given, the drawing is learnt after its opening", () => {
  const sample = made(["text-to-svg"]).plain(0);
  const drawing = tokenizer.encode(entries[0]!.drawing);
  assert.equal(learnt(sample), drawing.slice(1));
  assert.equal([...drawingOf(sample)], drawing);
});

test("completion: the first elements are given, the rest is learnt", () => {
  const { dataset, report } = tokenizeEntries(entries, tokenizer, {
    maxTokens: 200,
    tasks: [{ task: "completion", weight: 1 }],
  });
  assert.is(dataset.size, 1);
  assert.equal(report.refused, [
    { id: "arrow-left", reason: "has one element alone, or none that may be given" },
  ]);
  assert.is(dataset.drawingCount(0), 2);
  const { drawing } = entries[1]!;
  for (const count of [1, 2]) {
    const sample = dataset.get({ sample: 0, caption: 0, drawing: count - 1 });
    assert.ok(drawingsEqual(tokenizer.decode(drawingOf(sample)), drawing));
    const [from] = targetsOf(sample);
    const first = { ...drawing, elements: drawing.elements.slice(0, count) };
    const given = tokenizer.encode(first).slice(0, -1);
    assert.equal([...sample.tokens.subarray(sample.drawingStart, from)], given);
    assert.equal(learnt(sample), [...sample.tokens.subarray(from)]);
  }
});

test("completion: without its caption it is asked for as completion, not as a drawing", () => {
  const plain = plainTemplates();
  const asked = (word: string) => `${word} {caption}`;
  const own = withTemplates(tokenizer, {
    ...plain,
    "text-to-svg": { ...plain["text-to-svg"], prompt: asked("draw") },
    completion: { ...plain.completion, prompt: asked("go on") },
  });
  const { dataset } = tokenizeEntries(entries, own, {
    maxTokens: 200,
    tasks: (["text-to-svg", "completion"] as const).map((task) => ({ task, weight: 1 })),
  });
  const seen = new Set<string>();
  for (let sample = 0; sample < dataset.size; sample++) {
    const choice = { sample, caption: noCaption, drawing: 0 };
    const task = dataset.id(sample).includes("completion") ? "completion" : "text-to-svg";
    const wanted = encodeTaskPrompt(own, task, { caption: "" }).ids;
    const { tokens, drawingStart } = dataset.get(choice);
    assert.equal([...tokens.subarray(0, drawingStart)], wanted);
    assert.is(dataset.lengthOf(choice), tokens.length);
    seen.add(`${task} ${wanted.join()}`);
  }
  assert.is(seen.size, 2);
});

test("editing: edits that share a drawing, before or after, stand on one side", async () => {
  const svgOf = (x: number) =>
    `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="M${x % 20} ${Math.floor(x / 20) * 3}L22 11L7 23"/></svg>`;
  // Ten chains of four steps, and as many edits that lead to one drawing from several.
  const steps = Array.from({ length: 10 }, (_, chain) => [
    ...[0, 1, 2, 3].map((step) => [8 * chain + step, 8 * chain + step + 1] as const),
    ...[5, 6, 7].map((other) => [8 * chain + other, 8 * chain + 4] as const),
  ]).flat();
  const source: Source = {
    name: "edits",
    async *rows() {
      for (const [number, [from, to]] of steps.entries()) {
        const captions = [`from ${from} to ${to}`];
        yield {
          id: `${number}`,
          place: `${number}`,
          before: svgOf(from),
          svg: svgOf(to),
          captions,
        };
      }
    },
  };
  const { train, heldOut, report } = await readEdits([{ source }], {
    ...{ canonical: tokenizer.canonical, parse: parseDrawing, heldOut: 0.5 },
  });
  assert.equal(report.bad, []);
  assert.is(train.length + heldOut.length, steps.length);
  assert.ok(train.length > 0 && heldOut.length > 0);
  const prints = (side: readonly CorpusEntry[]) =>
    new Set(side.flatMap(({ before, drawing }) => [before!, drawing].map(fingerprint)));
  const known = prints(train);
  assert.equal(
    [...prints(heldOut)].filter((print) => known.has(print)),
    [],
  );
});

test("editing: a pair of the source is learnt as it is, its first drawing given", () => {
  const before = entries[0]!.drawing;
  const pair = { ...entry("pair", ["mirror it"], []), before, drawing: mirror(before) };
  const dataset = made(["editing"], [pair]);
  const sample = dataset.plain(0);
  const [from, to] = [before, pair.drawing].map((drawing) => tokenizer.encode(drawing));
  const said = tokenizer.encodePlain("mirror it", { before: " ", after: "" });
  assert.equal([...sample.tokens], [bos, ...from!, ...said, ...to!]);
  assert.equal(learnt(sample), to!.slice(1));
  assert.equal([...drawingOf(sample)], to);
});

test("editing: edits are made of drawings that have no pair, the same for one seed", () => {
  const dataset = made(["editing"]);
  assert.is(dataset.size, 2);
  assert.ok(dataset.captions(1).some((text) => /^(remove|take away|add) the /.test(text)));
  for (let drawing = 0; drawing < dataset.drawingCount(1); drawing++) {
    const sample = dataset.get({ sample: 1, caption: 0, drawing });
    const after = tokenizer.decode(drawingOf(sample));
    const before = tokenizer.decode(
      sample.tokens.subarray(1, 1 + sample.tokens.subarray(1).indexOf(eos) + 1),
    );
    assert.not.ok(drawingsEqual(before, after), dataset.captions(1)[drawing]);
  }
  assert.equal(made(["editing"]).captions(1), dataset.captions(1));
});

test("tasks are mixed by their weights, and no drawing is dropped with a caption", () => {
  const dataset = made([
    { task: "text-to-svg", weight: 1 },
    { task: "svg-to-text", weight: 3 },
  ]);
  assert.equal(
    Array.from({ length: dataset.size }, (_, i) => dataset.id(i)),
    [
      ...["arrow-left (text-to-svg)", "arrow-left (svg-to-text)"],
      ...["rails (text-to-svg)", "rails (svg-to-text)"],
    ],
  );
  const stream = new BatchStream(dataset, {
    batchSize: 8,
    sequenceLength: 100,
    packing: false,
    lossOn: "drawing",
    captionDropout: 0.99,
    seed: 1,
    pad: 0,
  });
  assert.is(stream.rowsInEpoch, 8);
  const { shown = [] } = stream.next();
  const bySample = [0, 1, 2, 3].map(
    (sample) => shown.flat().filter((choice) => choice.sample === sample).length,
  );
  assert.equal(bySample, [1, 3, 1, 3]);
  for (const choice of shown.flat()) {
    const { tokens } = dataset.get(choice);
    if (choice.sample % 2 === 1)
      assert.ok(choice.caption >= 0 && tokens.indexOf(eos) < tokens.length - 1);
  }
});

test("a sample that is too long is counted, and captions that fit are kept", () => {
  const [first] = entries;
  const drawing = tokenizer.encode(first!.drawing).length;
  const short = tokenizer.encodePlain(" arrow left").length;
  const options = { tasks: [{ task: "svg-to-text", weight: 1 } as const] };
  const fits = tokenizeEntries([first!], tokenizer, { ...options, maxTokens: 2 + drawing + short });
  assert.equal(fits.dataset.captions(0), ["arrow left"]);
  const none = tokenizeEntries([first!], tokenizer, { ...options, maxTokens: 1 + drawing + short });
  assert.is(none.dataset.size, 0);
  assert.equal(none.report.tooLong, [{ id: "arrow-left", tokens: 2 + drawing + short }]);
});

test("of a drawing that is given nothing is hidden", () => {
  const sample = made(["svg-to-text"]).plain(1);
  const length = sample.tokens.length;
  const batch = layOut([[sample]], { rows: 1, sequenceLength: length, pad: 0 }, "drawing");
  const { drawing, pad } = tokenizer.vocabulary.special;
  const hidden = hideTokens(batch, { share: 0.99, drawing, pad, seed: "s" });
  const [from] = targetsOf(sample);
  assert.equal(hidden.tokens.subarray(0, from), batch.tokens.subarray(0, from));
  assert.not.equal(hidden.tokens, batch.tokens);
});

test.run();
