/** The split on all of lucide: nothing that is held out is trained on under another name. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Corpus, fingerprint, openSource, readCorpus } from "../../data/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { canonicalOptionsOf, strokeIconOptions } from "../../tokenizer/index.ts";

const read = (order: "keep" | "sorted") =>
  readCorpus(openSource("lucide"), {
    canonical: canonicalOptionsOf({ ...strokeIconOptions, order }),
    parse: parseDrawing,
    heldOut: 0.05,
  });
const corpus = await read("keep");

test("every icon is read, and aliases are merged", () => {
  const { report, train, heldOut } = corpus;
  assert.equal(report.bad, []);
  assert.ok(report.duplicates > 200);
  assert.is(train.length + heldOut.length + report.duplicates, report.rows);
  const house = [...train, ...heldOut].find(({ id }) => id === "house");
  assert.ok(house?.captions.includes("home"));
});

test("about the share that was asked for is held out", () => {
  const share = corpus.heldOut.length / (corpus.train.length + corpus.heldOut.length);
  assert.ok(share > 0.035 && share < 0.065, `${share}`);
});

test("no held-out drawing has a near-identical or mirrored one in training", () => {
  const trained = new Set(corpus.train.map(({ drawing }) => fingerprint(drawing)));
  const leaked = corpus.heldOut.filter(({ drawing }) => trained.has(fingerprint(drawing)));
  assert.equal(
    leaked.map(({ id }) => id),
    [],
  );
});

test("arrows that mirror each other are on one side", () => {
  const side = (id: string) => corpus.train.some((entry) => entry.id === id);
  assert.is(side("arrow-left"), side("arrow-right"));
  assert.is(side("chevron-left"), side("chevron-right"));
});

test("a sorted corpus holds out the same icons", async () => {
  const ids = ({ heldOut }: Corpus) => heldOut.map(({ id }) => id).sort();
  assert.equal(ids(await read("sorted")), ids(corpus));
});

test.run();
