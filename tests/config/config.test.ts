import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { z } from "zod";
import {
  type Config,
  ConfigError,
  configPage,
  type configSchema,
  configSections,
  configToYaml,
  configTypes,
  loadConfig,
  type Override,
  parseConfig,
  resolveConfig,
} from "../../src/config/index.ts";

function fault(text: string, overrides: Override[] = []): string {
  try {
    parseConfig(text, "recipe.yaml", overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

test("what is left out takes its default", () => {
  const config = parseConfig("train:\n  steps: 5\n  lr: 0.002\ndata:\n", "recipe.yaml");
  assert.is(config.train.steps, 5);
  assert.is(config.train.lr, 0.002);
  assert.is(config.train.beta1, 0.9);
  assert.is(config.data.source, "lucide");
});

test("drafts and caches in bytes exclude each other before anything is trained", () => {
  assert.match(
    fault("generate: { speculate: 2, cacheDtype: int8 }"),
    /generate\.cacheDtype: expected float32 where generate\.speculate is above 0, .*found int8/,
  );
  const [drafts, bytes] = ["generate: { speculate: 2 }", "generate: { cacheDtype: int8 }"];
  assert.is(parseConfig(drafts, "recipe.yaml").generate.cacheDtype, "float32");
  assert.is(parseConfig(bytes, "recipe.yaml").generate.speculate, 0);
});

test("a flag's fault says its key once", () => {
  const said = (path: string, text: string) => fault("train: { steps: 5 }", [{ path, text }]);
  assert.is(said("train.steps", "-5"), "--train.steps: expected a number at least 1, but found -5");
  assert.is(said("train.stps", "3"), '--train.stps: unknown key; did you mean "--train.steps"?');
  assert.is(
    said("data.source", "[{ source: a, weight: -1 }]"),
    "--data.source: 0.weight: expected a number above 0, but found -1",
  );
  assert.is(
    said("data.task", "[{ task: editing, weight: -1 }]"),
    "--data.task: 0.weight: expected a number above 0, but found -1",
  );
  assert.is(
    said("model.heads", "5"),
    "--model.heads: expected a divisor of hiddenSize (192), or headDim given, but found 5",
  );
});

test("a resolved configuration, written and read again, is the same", () => {
  const config = resolveConfig({
    train: { minutes: 3, schedule: "constant" },
    generate: { prompts: ["a: b", "# c"] },
  });
  assert.equal(parseConfig(configToYaml(config), "config.yaml"), config);
});

test("a flag overrides the file and is read as YAML", () => {
  const config = parseConfig("train: { steps: 5, lr: 1 }", "recipe.yaml", [
    { path: "train.lr", text: "1e-4" },
    { path: "train.maxGradNorm", text: "null" },
    { path: "generate.prompts", text: "[arrow up, house]" },
  ]);
  assert.is(config.train.lr, 1e-4);
  assert.is(config.train.maxGradNorm, null);
  assert.equal(config.generate.prompts, ["arrow up", "house"]);
});

test("an unknown key is told with its place and what was probably meant", () => {
  assert.is(
    fault("train:\n  steps: 5\n  warmup_step: 3\n"),
    'recipe.yaml:3:3: unknown key "train.warmup_step"; did you mean "train.warmupSteps"?',
  );
  assert.is(fault("\nmodle: {}\n"), 'recipe.yaml:2:1: unknown key "modle"; did you mean "model"?');
  assert.match(fault("model:\n  zzzzzzzz: 1"), /recipe\.yaml:2:3: .*model has from, weightDtype/);
});

test("a value of the wrong kind is told with its place, what was expected and what was found", () => {
  assert.is(
    fault("train:\n  steps: 5\n  lr: fast\n"),
    'recipe.yaml:3:7: train.lr: expected a number, but found "fast"',
  );
  assert.is(
    fault("train:\n  steps: 0.5\n"),
    "recipe.yaml:2:10: train.steps: expected a whole number or null, but found 0.5",
  );
  assert.is(
    fault("train: { steps: 5, schedule: cosin }"),
    'recipe.yaml:1:30: train.schedule: expected constant or linear or cosine or inverse-sqrt or wsd, but found "cosin"',
  );
  assert.match(
    fault("generate:\n  prompts: [ok, 3]"),
    /:2:17: generate\.prompts\.1: expected text/,
  );
  assert.match(fault("train: 4"), /:1:8: train: expected a section of keys, but found 4/);
  assert.match(fault("data: { heldOut: 2 }"), /at most 0\.9, but found 2/);
});

test("values that do not go together are refused", () => {
  assert.match(
    fault("model: { hiddenSize: 100, heads: 7 }"),
    /model\.heads: expected a divisor of hiddenSize/,
  );
  assert.match(
    fault("model: { heads: 6, kvHeads: 4 }"),
    /model\.kvHeads: expected a divisor of heads/,
  );
  assert.match(fault("tokenizer: { coordinates: merged, grid: 600 }"), /at most 512 with merged/);
  assert.match(
    fault("tokenizer: { type: semantic, precision: 2 }"),
    /tokenizer.grid: expected at most 163 with 2 decimals, but found 200/,
  );
  assert.match(fault("tokenizer: { initial: stroked, strokes: false }"), /expected filled/);
  assert.match(fault("train: { lr: 1 }"), /train: expected one of steps, epochs or minutes/);
  assert.match(
    fault("train: { minutes: 3 }"),
    /train.schedule: expected "constant", "inverse-sqrt" or "wsd" where minutes alone/,
  );
  assert.match(fault("train: { steps: 1, epochs: 1 }"), /but found both/);
  assert.match(
    fault("train: { steps: 5, batchSize: 6, mesh: { data: 4 } }"),
    /train\.mesh\.data: expected a divisor of batchSize 6, but found 4/,
  );
  assert.match(
    fault("train: { steps: 5, engine: onnx, mesh: { data: 2 } }"),
    /train\.mesh: expected null for the engine onnx/,
  );
});

test("what a table of edits would pass over in silence is refused", () => {
  const edits = (more: string) =>
    `train: { steps: 5 }\ndata: { task: editing, source: { source: a.jsonl, columns: { svg: b, before: a, captions: c } }, ${more} }`;
  const made = (more: string) => `train: { steps: 5 }\ndata: { task: editing, ${more} }`;
  for (const filter of ["visible: true", "mostElements: 4", "nearDuplicates: drop"]) {
    assert.match(
      fault(edits(`filters: { ${filter} }`)),
      /data\.filters: expected leastTokens and mostTokens at most .*leave the others out/,
    );
  }
  assert.match(fault(edits("augment: mirror")), /data\.augment: expected none .*found mirror/);
  assert.match(fault(made("augment: [shift]")), /data\.augment: expected none .*leave it out/);
  assert.match(fault(edits("styleWords: 0.5")), /data\.styleWords: expected null .*found 0\.5/);
  assert.match(fault(edits("splitNames: false")), /data\.splitNames: expected true/);
  const kept = parseConfig(edits("filters: { mostTokens: 90 }"), "recipe.yaml");
  assert.is(kept.data.filters.mostTokens, 90);
  assert.is(parseConfig(made("filters: { visible: true }"), "r.yaml").data.filters.visible, true);
});

test("a fault of a flag names the flag", () => {
  const steps = "train: { steps: 5 }";
  assert.match(fault(steps, [{ path: "train.lr", text: "-1" }]), /^--train\.lr: .*above 0/);
  assert.match(fault(steps, [{ path: "train.LR", text: "1" }]), /did you mean "--train\.lr"\?/);
  assert.match(fault(steps, [{ path: "train.lr.x", text: "1" }]), /^--train\.lr\.x: unknown key/);
  assert.match(fault(steps, [{ path: "train.lr", text: "[1" }]), /^--train\.lr: cannot read/);
});

test("all faults are kept, the message counts them", () => {
  try {
    resolveConfig({ train: { steps: 0 }, model: { layers: 0 } });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, ConfigError);
    assert.is((error as ConfigError).faults.length, 2);
    assert.match((error as ConfigError).message, /\(and 1 more\)$/);
  }
});

test("text that is not YAML, not sections, or too much is refused with its place", () => {
  assert.match(fault("train: [1"), /^recipe\.yaml:1:\d+: /);
  assert.match(fault("- 1\n- 2"), /^recipe\.yaml:1:1: expected sections/);
  assert.match(fault("a: &a [x]\ntrain: *missing"), /^recipe\.yaml: .*alias/i);
  const bomb = [
    "a: &a [x, x]",
    ...Array.from({ length: 12 }, (_, i) => {
      const [name, before] = [`b${i}`, i === 0 ? "a" : `b${i - 1}`];
      return `${name}: &${name} [*${before}, *${before}, *${before}]`;
    }),
  ].join("\n");
  assert.match(fault(bomb), /^recipe\.yaml: .*alias/i);
});

test("a file that cannot be read is told by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-config-"));
  assert.throws(() => loadConfig(join(folder, "none.yaml")), /none\.yaml: .*no such file/);
  assert.throws(() => loadConfig(folder), /EISDIR/);
  writeFileSync(join(folder, "big.yaml"), "#".repeat(1_000_001));
  assert.throws(() => loadConfig(join(folder, "big.yaml")), /at most 1000000 bytes/);
});

test("every key says what it does, and the page of documentation is in step", () => {
  for (const { keys } of configSections) {
    for (const { path, description } of keys) assert.ok(description.length > 5, path);
  }
  const page = readFileSync(join(import.meta.dirname, "../../docs/configuration.md"), "utf8");
  assert.is(page, configPage(), "run: npx tsx scripts/config-docs.ts");
});

test("the types that editors show have each key with its meaning and default, as in the schema", () => {
  const file = join(import.meta.dirname, "..", "..", "src", "config", "config-types.ts");
  const text = readFileSync(file, "utf8");
  assert.is(text, configTypes(), "run: npx tsx scripts/config-docs.ts");
  const plain = text.replaceAll(/\n {1,7}\* ?/g, " ");
  for (const { path, description } of configSections.flatMap(({ keys }) => keys)) {
    const key = path.split(".").at(-1);
    const told = plain.includes(description.trim().replaceAll("*/", "*\\/"));
    assert.ok(told && text.includes(`  ${key}: Output[`) && text.includes(`  ${key}?: `), path);
  }
  // What the schema gives is what the types say, both ways.
  const config: z.output<typeof configSchema> = resolveConfig();
  const typed: Config = config;
  assert.is(typed, config);
});

test("a key of training alone leaves its length at the default", () => {
  const lengthOf = (path: string, text: string) => {
    const { steps, epochs } = resolveConfig({}, [{ path, text }]).train;
    return [steps, epochs];
  };
  assert.equal(lengthOf("train.threads", "1"), [1000, null]);
  assert.equal(lengthOf("train.epochs", "2"), [null, 2]);
});

test.run();
