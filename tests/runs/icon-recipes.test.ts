/** The recipes for icons and emoji read their sets, train, and say what their data was. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { DataCard } from "../../data/index.ts";
import { type Override, parseConfig } from "../../src/config/index.ts";
import { type StepEvent, train } from "../../src/runs/index.ts";

const scratch = mkdtempSync(join(tmpdir(), "pathloom-icon-recipes-"));
test.after(() => rmSync(scratch, { recursive: true, force: true }));
process.env.PATHLOOM_CACHE = join(scratch, "cache");
const configs = join(import.meta.dirname, "../../configs");

/** What must be smaller here; everything else is the recipe's. */
const small: Record<string, unknown> = {
  "data.limit": 60,
  "model.layers": 1,
  "model.hiddenSize": 32,
  "model.heads": 2,
  "train.steps": 2,
  "train.batchSize": 1,
  "train.warmupSteps": 1,
  "train.engine": "onnx",
  "train.threads": 1,
  "train.evalEvery": null,
};

async function trained(text: string, name: string, changes: Record<string, unknown>) {
  const overrides = Object.entries({ ...small, ...changes }).map(
    ([path, value]): Override => ({ path, text: JSON.stringify(value) }),
  );
  const steps: StepEvent[] = [];
  const notes: string[] = [];
  const folder = join(scratch, name);
  await train({
    config: parseConfig(text, name, overrides),
    folder,
    resume: false,
    observer: {
      onStep: (step) => steps.push(step),
      onNotice: (note) => notes.push(`${steps.length}: ${note}`),
    },
  });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const card = JSON.parse(read("data-card.json")) as DataCard;
  const leftOut = read("left-out.jsonl")
    .split("\n")
    .filter((line) => line !== "");
  return { steps, notes, card, page: read("data-card.md"), leftOut };
}

const recipe = (name: string) => readFileSync(join(configs, `${name}.yaml`), "utf8");

for (const name of ["icons-captions", "icons-changes"]) {
  test(`${name}: a twin learns, and its loss falls`, async () => {
    const changes = { "train.steps": 20, "train.batchSize": 2, "train.decaySteps": 5 };
    const { steps } = await trained(recipe(name), name, changes);
    const mean = (some: readonly StepEvent[]) =>
      some.reduce((sum, { loss }) => sum + loss, 0) / some.length;
    const [first, last] = [mean(steps.slice(0, 5)), mean(steps.slice(-5))];
    assert.ok(last < 0.95 * first, `${first} to ${last}`);
  });
}

test("icons-filled: both sets are read, and nearly all fits", async () => {
  const { steps, card, page } = await trained(recipe("icons-filled"), "icons-filled", {});
  assert.is(steps.length, 2);
  assert.ok(steps.every(({ loss }) => Number.isFinite(loss)));
  assert.equal(
    card.sets.map(({ origin, licence, rows }) => [origin, licence, rows]),
    [
      ["@phosphor-icons/core", "MIT", 60],
      ["@tabler/icons", "MIT", 60],
    ],
  );
  assert.ok(card.totals.train + card.totals.heldOut >= 0.95 * 120, JSON.stringify(card.totals));
  assert.ok(card.totals.augmented > 20);
  assert.match(page, /npm:@tabler\/icons filled/);
});

test("emoji: coloured drawings fit, with words from another package", async () => {
  const { steps, card, page } = await trained(recipe("emoji"), "emoji", { "data.limit": 300 });
  assert.is(steps.length, 2);
  assert.ok(steps.every(({ loss }) => Number.isFinite(loss)));
  assert.match(card.sets[0]?.captionsFrom[0] ?? "", /^emojibase-data 1\d/);
  assert.match(page, /CC-BY-4\.0/);
  assert.not(card.leftOut.some(({ why }) => why === "not in the vocabulary"));
});

test("what is left out in masses is said before the first step, and each in left-out.jsonl", async () => {
  const { notes, card, leftOut } = await trained(recipe("quickstart"), "short", {
    "model.contextLength": 36,
    "data.limit": 100,
  });
  assert.is(notes.length, 1);
  assert.match(
    notes[0] ?? "",
    /^0: \d+ of 100 \(\d+ %\) are longer than model\.contextLength 36; \d+ holds \d+ %$/,
  );
  assert.is(leftOut.length, card.totals.leftOut);
  const rows = leftOut.map((line) => JSON.parse(line) as { why: string; tokens: number });
  assert.ok(rows.length > 5, `${rows.length}`);
  assert.equal(
    rows.filter(({ why, tokens }) => why !== "too long" || tokens <= 36),
    [],
  );
});

test("coloured drawings under a vocabulary of one colour: how many, why, and what to set", async () => {
  const changes = { "data.source": "npm:@twemoji/svg", "data.limit": 100 };
  try {
    await trained(recipe("quickstart"), "none", changes);
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /^npm:@twemoji\/svg: no drawing is left of \d+ to train on: \d+ of \d+ \(\d+ %\) are not in the vocabulary: it needs a token that the vocabulary lacks; see its option "colors"; set tokenizer\.colors to 12-bit/,
    );
  }
});

test("a data set of one icon says so", async () => {
  const source = join(scratch, "one.jsonl");
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h9v9z"/></svg>';
  writeFileSync(source, `${JSON.stringify({ caption: "corner", svg })}\n`);
  const { notes } = await trained("{}", "one", {
    "data.source": source,
    "data.heldOut": 0,
    "data.limit": null,
  });
  assert.equal(notes, [
    "0: there is one drawing to train on: the model can only learn it by heart",
  ]);
  try {
    await trained("{}", "held", { "data.source": source, "data.heldOut": 0.9, "data.limit": null });
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /no drawing is left of 1 to train on: 1 is held out: lower data\.heldOut/,
    );
  }
});

test.run();
