import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { adaptersFolder, decodersFolder, loadGolden, loadGoldenAdapter } from "../golden/golden.ts";
import { pathloom } from "./pathloom.ts";

const base = join(decodersFolder, "llama-3");
const adapter = join(adaptersFolder, "dora");
const golden = loadGoldenAdapter(adaptersFolder, "dora", decodersFolder);
const ids = golden.expected.tokens[0]!;

async function logitsOf(...args: string[]): Promise<number[]> {
  const run = await pathloom(["debug", "logits", ...args, "--ids", ids.join(), "--json"]);
  assert.is(run.code, 0, run.stderr);
  return JSON.parse(run.stdout).logits.flat();
}

function near(found: readonly number[]): void {
  const expected = golden.logits.subarray(0, found.length);
  const largest = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
  assert.ok(found.length === 12 * 40 && largest < 1e-4, `logits differ by ${largest}`);
}

test("logits of a model with an adapter are those of PEFT, and merging keeps them", async () => {
  near(await logitsOf("--model", base, "--adapter", adapter));
  const merged = join(temporaryFolder(), "merged");
  const run = await pathloom(["export", base, "--adapter", adapter, "--merge", "--to", merged]);
  assert.is(run.code, 0, run.stderr);
  assert.match(run.stdout, /merged {2}a model in float32, 6 modules of the adapter merged/);
  near(await logitsOf("--model", merged));
});

test("export merges the adapter in the dtype that is asked for, or writes it alone", async () => {
  const folder = temporaryFolder();
  const [half, alone] = [join(folder, "half"), join(folder, "alone")];
  const source = ["export", base, "--adapter", adapter, "--json"];
  const saved = await pathloom([...source, "--dtype", "bfloat16", "--to", half]);
  assert.is(saved.code, 0, saved.stderr);
  const { to, format, dtype, modules } = JSON.parse(saved.stdout);
  assert.equal(
    { to, format, dtype, modules },
    { to: half, format: "hf", dtype: "bfloat16", modules: 6 },
  );
  const report = await pathloom(["inspect", half, "--json"]);
  const { tensors } = JSON.parse(report.stdout);
  assert.ok(tensors.every(({ dtype }: { readonly dtype: string }) => dtype === "BF16"));
  const written = await pathloom([...source, "--format", "peft", "--to", alone]);
  assert.is(written.code, 0, written.stderr);
  near(await logitsOf("--model", base, "--adapter", alone));
});

test("export refuses an adapter where there is none", async () => {
  const run = await pathloom(["export", base, "--format", "peft", "--to", temporaryFolder()]);
  assert.is(run.code, 2);
  assert.match(run.stderr, /a whole model, and no adapter; export it with --format hf/);
});

test("export writes the ONNX files that are asked for, and refuses flags of other formats", async () => {
  const to = join(temporaryFolder(), "onnx");
  const onnx = ["export", base, "--format", "onnx", "--to", to];
  const run = await pathloom([...onnx, "--adapter", adapter, "--onnx-dtypes", "fp32,q4"]);
  assert.is(run.code, 0, run.stderr);
  assert.match(run.stdout, /onnx {2}a model for ONNX Runtime, 6 modules of the adapter merged/);
  assert.match(run.stdout, /onnx\/model\.onnx.*\n.*onnx\/model_q4\.onnx/);
  assert.match(run.stdout, /in JavaScript:\n {2}import .* from "@huggingface\/transformers"/);
  for (const [flags, message] of [
    [[...onnx, "--onnx-dtypes", "fp64"], /there is no "fp64"; there are fp32, fp16, q8, q4/],
    [[...onnx, "--dtype", "bfloat16"], /of hf alone; see --onnx-dtypes/],
    [["export", base, "--to", to, "--onnx-dtypes", "q4"], /is for --format onnx and demo/],
  ] as const) {
    const refused = await pathloom([...flags]);
    assert.is(refused.code, 2);
    assert.match(refused.stderr, message);
  }
});

test("debug continues ids greedily as transformers does", async () => {
  const { expected } = loadGolden(decodersFolder, "llama-3");
  const ids = expected.prompt.join();
  const count = String(expected.greedy.length);
  const run = await pathloom(
    [
      "debug",
      "continue",
      "--model",
      base,
      "--ids",
      ids,
      "--greedy",
      "--max-new-tokens",
      count,
    ].concat("--json"),
  );
  assert.is(run.code, 0, run.stderr);
  assert.equal(JSON.parse(run.stdout).newIds, expected.greedy);
});

test("inspect describes a model of another framework", async () => {
  const run = await pathloom(["inspect", join(decodersFolder, "mistral"), "--json"]);
  assert.is(run.code, 0, run.stderr);
  const found = JSON.parse(run.stdout);
  assert.is(found.family, "mistral");
  assert.equal(found.decoder.attention.window, { size: 6, layers: [0, 1] });
  assert.is(found.memory.weights, found.bytesOnDisk);
});

test("old spellings answer with the new one, in one line", async () => {
  const old: [string[], RegExp][] = [
    [["merge", "--adapter", adapter, "--to", "x"], /merge is now: pathloom export .* --merge --to/],
    [["logits", "--model", base, "--ids", "1"], /logits is now: pathloom debug logits --model/],
    [["export", base, "--merge", "--to", join(temporaryFolder(), "x")], /no adapter to merge/],
    [
      ["debug", "continue", "--model", base, "--ids", "1", "--greedy", "--top-k", "3"],
      /--greedy and --top-k exclude each other/,
    ],
    [["debug", "logits", "--ids", "1"], /name a model by --model/],
  ];
  await Promise.all(
    old.map(async ([args, message]) => {
      const { code, stdout, stderr } = await pathloom(args);
      assert.equal([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.is(stderr.trimEnd().split("\n").length, 1, stderr);
    }),
  );
});

test("ids that are none, or not the model's, are refused", async () => {
  const bad = await pathloom(["debug", "logits", "--model", base, "--ids", "1,x"]);
  assert.equal([bad.code, bad.stdout], [2, ""]);
  assert.match(bad.stderr, /--ids 1,x: expected whole numbers/);
  const unknown = await pathloom(["debug", "logits", "--model", base, "--ids", "1,99"]);
  assert.is(unknown.code, 1);
  assert.match(unknown.stderr, /token 99; ids go from 0 to 39/);
});

test.run();
