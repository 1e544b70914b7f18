import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom } from "../../models/families/pathloom.ts";
import { ConfigError, configSections, parseConfig, resolveConfig } from "../../src/config/index.ts";
import { renamedKeys } from "../../src/config/renamed-keys.ts";

const known = new Set(configSections.flatMap(({ keys }) => keys.map(({ path }) => path)));

test("an old key of a recipe is refused with today's name and its place", () => {
  assert.throws(
    () => parseConfig("model:\n  width: 64\n", "recipe.yaml"),
    (error: unknown) =>
      error instanceof ConfigError &&
      error.message === 'recipe.yaml:2:3: "model.width" is now "model.hiddenSize"',
  );
});

test("an old key on the command line likewise", () => {
  assert.throws(
    () => resolveConfig({}, [{ path: "train.batch", text: "4" }]),
    /--train\.batch: "train\.batch" is now "train\.batchSize"/,
  );
});

test("the configuration of an earlier version's run is read", () => {
  const text =
    "model:\n  width: 64\n  heads: 4\n  context: 32\ntrain:\n  steps: 3\n  batch: 4\nevaluate:\n  against: lucide\n";
  const config = parseConfig(text, "config.yaml", [], { oldKeys: "read" });
  assert.is(config.model.hiddenSize, 64);
  assert.is(config.model.contextLength, 32);
  assert.is(config.train.batchSize, 4);
  assert.is(config.evaluate.set, "lucide");
});

test("what is renamed is no key today, and its new name is one", () => {
  for (const [old, now] of Object.entries(renamedKeys)) {
    assert.not.ok(known.has(old), old);
    assert.ok(known.has(now), now);
  }
});

test("the config.json of an earlier version's model is read", () => {
  const config = pathloom.readConfig({
    vocabularySize: 16,
    context: 32,
    layers: 1,
    width: 8,
    heads: 2,
    keyValueHeads: 1,
    headDim: 4,
    feedForward: 16,
    positions: "rotary",
    rope: {
      theta: 10_000,
      scaling: {
        type: "llama3",
        factor: 8,
        lowFrequencyFactor: 1,
        highFrequencyFactor: 4,
        originalContext: 16,
      },
    },
    norm: "rmsNorm",
    normEpsilon: 1e-5,
    activation: "silu",
    gated: true,
    biases: { queryKeyValue: false, attentionOutput: false, feedForward: false },
    tieEmbeddings: true,
  });
  assert.equal(
    [config.contextLength, config.hiddenSize, config.kvHeads, config.intermediateSize],
    [32, 8, 1, 16],
  );
  assert.is((config.rope.scaling as { originalContextLength: number }).originalContextLength, 16);
});

test.run();
