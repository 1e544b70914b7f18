/** `pathloom inspect`: what a model takes, and its training step drawn. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodersFolder } from "../golden/golden.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";

const folder = temporaryFolder();
const model = join(decodersFolder, "llama-3");

test("for people: memory to generate and to train by method, and every tensor", async () => {
  const args = ["inspect", model, "--batch", "2", "--length", "8", "--rank", "4", "--tensors"];
  const { code, stdout, stderr } = await pathloom(args);
  assert.is(code, 0, stderr);
  assert.match(stdout, /family +llama\n/);
  assert.match(stdout, /to generate +\d+ kB: weights \d+ kB, and \d+ kB for each of \d+ tokens/);
  assert.match(stdout, /to train all +about .*weights .*gradients .*moments .* on 2 x 8 tokens/);
  assert.match(stdout, /adapters of 4 +about .* on 2 x 8 tokens/);
  assert.match(stdout, /model\.layers\.0\.self_attn\.q_proj\.weight +F32 \[\d+, \d+\]/);
});

test("--graph draws the step as SVG, and writes it as text", async () => {
  const [svg, txt] = [join(folder, "step.svg"), join(folder, "step.txt")];
  const drawn = await pathloom(["inspect", model, "--graph", svg, "--rank", "1", "--json"]);
  assert.is(drawn.code, 0, drawn.stderr);
  const { graph, training } = JSON.parse(drawn.stdout);
  assert.is(graph.file, svg);
  assert.ok(training.all.moments > training.adapters.moments);
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
