/** `pathloom inspect`: what a model takes, and its training step drawn. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { GeneratingPlan, TrainingPlan } from "../../src/runs/index.ts";
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
  for (const weightDtype of ["float32", "bfloat16", "int8", "int4", "nf4", "nf4-double"]) {
    const packed = weightDtype === "float32" ? ", prepacked \\d+ kB" : "";
    const parts = `weights \\d+ kB${packed}, caches \\d+ kB`;
    assert.match(stdout, new RegExp(`\n +${weightDtype} +\\d+ kB: ${parts}\n`));
  }
  assert.match(stdout, /to train +2 x 8 tokens a step, adapters of rank 4\n/);
  const plans = ["full, float32", "lora, float32", "lora, bfloat16", "qlora, int8", "qlora, nf4"];
  for (const plan of [...plans, "embeddings, float32"]) {
    const packed = plan === "lora, float32" ? "prepacked .*, " : "";
    const parts = `weights .*, ${packed}gradients .*, moments .*, activations .*`;
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
    training.map(({ method, weightDtype, ...plan }: TrainingPlan) => [
      `${method} ${weightDtype}`,
      plan,
    ]),
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
  const { vocabularySize, hiddenSize } = decoder;
  const embeddings = plans.get("embeddings float32")!;
  assert.is(embeddings.trainedParameters, 2 * vocabularySize * hiddenSize);
  assert.is(embeddings.weights, 4 * parameters);
  const adapted = plans.get("lora float32")!.trainedParameters;
  for (const [name, plan] of plans) {
    if (name.includes("lora")) assert.is(plan.trainedParameters, adapted, name);
    assert.is(plan.moments, 8 * plan.trainedParameters, name);
    const { weights, prepacked: packed, gradients, moments, activations } = plan;
    assert.is(plan.total, weights + packed + gradients + moments + activations, name);
  }
  const caches = memory.cachePerToken * decoder.contextLength;
  const kept = new Map<string, number>();
  for (const { weightDtype, weights, ...plan } of generating as GeneratingPlan[]) {
    assert.equal(
      [plan.caches, plan.total],
      [caches, weights + plan.prepacked + caches],
      weightDtype,
    );
    kept.set(weightDtype, weights);
  }
  assert.is(kept.get("float32"), 4 * parameters);
  for (const name of methods) {
    const [, weightDtype] = name.split(" ") as [string, string];
    assert.is(plans.get(name)!.weights, kept.get(weightDtype)! + 4 * adapted, name);
  }
  const weights = ["float32", "bfloat16", "int8", "int4"].map(
    (weightDtype) => kept.get(weightDtype)!,
  );
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

async function printed(
  ...args: string[]
): Promise<{ readonly text: string; readonly title: string }> {
  const file = join(folder, `${args.join("")}.txt`);
  const size = ["--batch", "2", "--length", "8", "--json"];
  const { code, stdout, stderr } = await pathloom(
    ["inspect", model, "--graph", file].concat(args, size),
  );
  assert.is(code, 0, stderr);
  return { text: readFileSync(file, "utf8"), title: JSON.parse(stdout).graph.title };
}

/** Names of what a printed graph computes. */
const outputsOf = (text: string) =>
  [...text.matchAll(/^output "([^"]+)"/gm)].map(([, name]) => name!);

test("--method draws what learns, and what is frozen in the form in which it is kept", async () => {
  const [full, lora, qlora, embeddings] = await Promise.all([
    printed("--method", "full"),
    printed("--method", "lora", "--rank", "3"),
    printed("--method", "qlora", "--weight-dtype", "int8"),
    printed("--method", "embeddings"),
  ]);
  assert.equal(
    [full, lora, qlora, embeddings].map(({ title }) => title),
    ["full, float32", "lora, float32", "qlora, int8", "embeddings, float32"].map(
      (how) => `a training step (${how})`,
    ),
  );
  const learning = ({ text }: typeof full) =>
    outputsOf(text).filter((name) => name.startsWith("gradient."));
  assert.ok(learning(full).includes("gradient.layers.0.attention.query.weight"));
  for (const adapted of [lora, qlora]) {
    assert.ok(learning(adapted).length >= 14);
    assert.ok(learning(adapted).every((name) => /\.lora[AB]$/.test(name)));
  }
  assert.match(lora.text, /input "[^"]*query\.loraA" : float32\[3, \d+\]/);
  assert.match(qlora.text, /input "[^"]*query\.weight" : uint8\[/);
  assert.equal(learning(embeddings), ["gradient.embedding.weight", "gradient.head.weight"]);
});

test("--step draws what reads a prompt and what generates a token", async () => {
  const [token, prompt] = await Promise.all([
    printed("--step", "token"),
    printed("--step", "prompt", "--weight-dtype", "nf4"),
  ]);
  assert.equal(
    [token.title, prompt.title],
    ["generating a token (float32)", "reading a prompt (nf4)"],
  );
  for (const { text } of [token, prompt]) {
    assert.equal(outputsOf(text), ["logits", "cache.0.keys", "cache.0.values"]);
    assert.match(text, /input "cache\.0\.keys" : float32\[2, \d+, 8, \d+\]/);
  }
  assert.match(token.text, /input "tokens" : int32\[2, 1\]/);
  assert.match(prompt.text, /input "tokens" : int32\[2, 8\]/);
  assert.match(prompt.text, /quantizedMatmul\(.*format=nf4/);
});

test("what cannot be drawn or is no model is refused", async () => {
  const refusals: [string[], number, RegExp][] = [
    [
      [model, "--graph", join(folder, "step.bmp")],
      2,
      /expected a file named \.svg, \.dot or \.txt/,
    ],
    [[model, "--method", "lora"], 2, /--method is for --graph; add it/],
    [[model, "--layers", "2"], 2, /--layers is for --graph; add it/],
    [
      [model, "--graph", "--step", "token", "--method", "full"],
      2,
      /--method is of training; leave/,
    ],
    [
      [model, "--graph", "--method", "full", "--weight-dtype", "int8"],
      2,
      /--weight-dtype int8: with --method full expected float32$/m,
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
