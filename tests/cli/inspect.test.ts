/** `pathloom inspect`: what a model takes, and its training step drawn. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { GeneratingPlan, TrainingPlan } from "../../src/cli/inspecting/model-report.ts";
import type { TrainingMemory } from "../../trainers/index.ts";
import { decodersFolder } from "../golden/golden.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";

const folder = temporaryFolder();
const model = join(decodersFolder, "llama-3");

test("for people: memory to generate and to train by method, and every tensor", async () => {
  const args = ["inspect", model, "--batch", "2", "--length", "8", "--rank", "4", "--tensors"];
  const { code, stdout, stderr } = await pathloom(args);
  assert.is(code, 0, stderr);
  assert.match(stdout, /family +llama\n/);
  assert.match(stdout, /to generate +80 tokens, of \d+ kB each\n/);
  for (const storage of ["float32", "bfloat16", "int8", "int4", "nf4", "nf4-double"]) {
    assert.match(stdout, new RegExp(`\n +${storage} +\\d+ kB: weights \\d+ kB, caches \\d+ kB\n`));
  }
  assert.match(stdout, /to train +2 x 8 tokens a step, adapters of rank 4\n/);
  const plans = ["full, float32", "lora, float32", "lora, bfloat16", "qlora, int8", "qlora, nf4"];
  for (const plan of [...plans, "embeddings, float32"]) {
    const parts = "weights .*, gradients .*, moments .*, activations .*";
    assert.match(stdout, new RegExp(`\n +${plan} +about \\d+ kB: ${parts}\n`));
  }
  assert.match(stdout, /model\.layers\.0\.self_attn\.q_proj\.weight +F32 \[\d+, \d+\]/);
});

test("--json: the plans by method and storage, for machines", async () => {
  const args = ["inspect", model, "--batch", "2", "--length", "8", "--rank", "4", "--json"];
  const { code, stdout, stderr } = await pathloom(args);
  assert.is(code, 0, stderr);
  const { training, generating, parameters, memory, decoder } = JSON.parse(stdout);
  const plans = new Map<string, TrainingMemory>(
    training.map(({ method, storage, ...plan }: TrainingPlan) => [`${method} ${storage}`, plan]),
  );
  const methods = [
    "lora float32",
    "lora bfloat16",
    "qlora int8",
    "qlora int4",
    "qlora nf4",
    "qlora nf4-double",
  ];
  assert.equal([...plans.keys()], ["full float32", ...methods, "embeddings float32"]);
  assert.is(plans.get("full float32")!.trainedParameters, parameters);
  assert.is(plans.get("full float32")!.weights, 4 * parameters);
  const { vocabularySize, width } = decoder;
  const embeddings = plans.get("embeddings float32")!;
  assert.is(embeddings.trainedParameters, 2 * vocabularySize * width);
  assert.is(embeddings.weights, 4 * parameters);
  const adapted = plans.get("lora float32")!.trainedParameters;
  for (const [name, plan] of plans) {
    if (name.includes("lora")) assert.is(plan.trainedParameters, adapted, name);
    assert.is(plan.moments, 8 * plan.trainedParameters, name);
    const { weights, gradients, moments, activations } = plan;
    assert.is(plan.total, weights + gradients + moments + activations, name);
  }
  const caches = memory.cachePerToken * decoder.context;
  const kept = new Map<string, number>();
  for (const { storage, weights, ...plan } of generating as GeneratingPlan[]) {
    assert.equal([plan.caches, plan.total], [caches, weights + caches], storage);
    kept.set(storage, weights);
  }
  assert.is(kept.get("float32"), 4 * parameters);
  for (const name of methods) {
    const [, storage] = name.split(" ") as [string, string];
    assert.is(plans.get(name)!.weights, kept.get(storage)! + 4 * adapted, name);
  }
  const weights = ["float32", "bfloat16", "int8", "int4"].map((storage) => kept.get(storage)!);
  assert.equal(
    weights,
    weights.toSorted((a, b) => b - a),
  );
});

test("--graph draws the step as SVG, and writes it as text", async () => {
  const [svg, txt] = [join(folder, "step.svg"), join(folder, "step.txt")];
  const drawn = await pathloom(["inspect", model, "--graph", svg, "--rank", "1", "--json"]);
  assert.is(drawn.code, 0, drawn.stderr);
  const { graph } = JSON.parse(drawn.stdout);
  assert.is(graph.file, svg);
  const picture = readFileSync(svg, "utf8");
  assert.match(picture, /<svg [^>]*>[\s\S]*<\/svg>/);
  for (const label of ["tokens", "lossSum", "attention", "feedForward"]) {
    assert.ok(picture.includes(label), label);
  }
  const printed = await pathloom(["inspect", model, "--graph", txt, "--layers", "2"]);
  assert.is(printed.code, 0, printed.stderr);
  const text = readFileSync(txt, "utf8");
  assert.match(text, /^# layers\.1\/attention$/m);
  assert.match(text, /^output "gradient\.embedding\.weight" = %\d+/m);
});

test("what cannot be drawn or is no model is refused", async () => {
  const refusals: [string[], number, RegExp][] = [
    [
      [model, "--graph", join(folder, "step.bmp")],
      2,
      /expected a file named \.svg, \.dot or \.txt/,
    ],
    [[model, "--length", "1000000"], 2, /--length 1000000: expected a whole number from 1 to/],
    [[join(folder, "nothing")], 1, /nothing: .*no such folder/],
  ];
  for (const [args, exit, message] of refusals) {
    const { code, stderr } = await pathloom(["inspect", ...args]);
    assert.match(stderr, message);
    assert.is(code, exit);
  }
  assert.not.ok(existsSync(join(folder, "step.bmp")));
});

test.run();
