/** What a run says before it begins, or instead. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadConfig, resolveConfig } from "../../src/config/index.ts";
import { contextLengthOf, drawingTokenizerOf } from "../../src/runs/index.ts";
import { trainerOptions } from "../../src/runs/options.ts";
import { scheduleNotes } from "../../src/runs/schedule-notes.ts";

test("a run of fewer steps than the warm-up is told which rate it reaches", () => {
  const config = resolveConfig({ train: { steps: 5, warmupSteps: 100, lr: 0.001 } });
  const notes = (steps: number) => scheduleNotes(trainerOptions(config, steps).schedule);
  assert.equal(notes(101), []);
  assert.match(
    notes(20)[0] ?? "",
    /^the warm-up takes 100 steps and the run has 20: the learning rate ends at 0\.0002 and never/,
  );
  assert.is(notes(100).length, 1);
  const share = resolveConfig({ train: { steps: 5, warmupShare: 0.1 } });
  assert.equal(scheduleNotes(trainerOptions(share, 20).schedule), []);
});

test("patience without evaluations or held-out drawings is refused", () => {
  const patience = { path: "train.patience", text: "3" };
  assert.throws(
    () => loadConfig("quickstart", [patience]),
    /^--train\.patience: expected train\.evalEvery/,
  );
  const nothing = [patience, { path: "data.heldOut", text: "0" }];
  assert.throws(
    () => resolveConfig({ train: { steps: 5 } }, nothing),
    /^--train\.patience: expected null where data/,
  );
  assert.is(resolveConfig({ train: { steps: 5 } }, [patience]).train.patience, 3);
});

test("a longer context than a model's is refused by name, where it has one", () => {
  const { model } = resolveConfig({ model: { contextLength: 512 } });
  assert.throws(() => contextLengthOf(model, 128), /at most the 128 tokens of the model, but/);
});

test("a model whose tokenizer knows no drawings is told so, and how it learns them", () => {
  const tokenizer = { version: "1.0", model: { type: "BPE", vocab: {}, merges: [] } };
  assert.throws(
    () => drawingTokenizerOf({ folder: "models/gpt2", tokenizer }),
    /^models\/gpt2: its tokenizer\.json has no tokens of drawings: .* pathloom train --model models\/gpt2/,
  );
  assert.throws(
    () => drawingTokenizerOf({ folder: "models/gpt2", tokenizer: undefined }),
    /^models\/gpt2: no tokenizer\.json/,
  );
});

test("a run may draw nothing at its end", () => {
  assert.is(resolveConfig({ generate: { samples: 0 } }).generate.samples, 0);
});

test.run();
