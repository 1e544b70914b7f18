import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CheckpointContents,
  CheckpointError,
  type CheckpointFault,
  loadCheckpoint,
  SafetensorsError,
  saveCheckpoint,
} from "../../checkpoints/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const weights = Float32Array.from({ length: 12 }, (_, index) => index / 7);

const contents: CheckpointContents = {
  config: { model_type: "gpt2", n_layer: 1 },
  tensors: [
    { name: "wte.weight", dtype: "F32", shape: [3, 4], data: weights },
    { name: "ln_f.weight", dtype: "F32", shape: [4], data: new Float32Array(4).fill(1) },
  ],
  tokenizer: { version: "1.0", model: { type: "path" } },
  generationConfig: { eos_token_id: 1 },
  trainingState: { step: 100, loss: 1.5 },
  optimizer: [{ name: "wte.weight.m", dtype: "F32", shape: [3, 4], data: weights }],
};

function saved(): string {
  const folder = join(temporaryFolder(), "step-000100");
  saveCheckpoint(folder, contents);
  return folder;
}

function refuses(folder: string, code: CheckpointFault, message: RegExp, acceptPlain = false) {
  try {
    loadCheckpoint(folder, { acceptPlain }).close();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    assert.is(error.code, code);
    assert.is(error.folder, folder);
    assert.match(error.message, message);
    return;
  }
  assert.unreachable(`${folder} was accepted`);
}

test("a checkpoint comes back as it was saved", () => {
  const checkpoint = loadCheckpoint(saved());
  assert.equal({ ...checkpoint.config }, contents.config);
  assert.is(JSON.stringify(checkpoint.tokenizer), JSON.stringify(contents.tokenizer));
  assert.equal({ ...checkpoint.generationConfig }, contents.generationConfig);
  assert.equal({ ...checkpoint.trainingState }, contents.trainingState);
  assert.equal([...checkpoint.model.tensors.keys()], ["ln_f.weight", "wte.weight"]);
  assert.equal(checkpoint.model.readFloat32("wte.weight"), weights);
  assert.equal(checkpoint.optimizer?.readFloat32("wte.weight.m"), weights);
  checkpoint.close();
});

test("the folder has the Hugging Face layout and nothing temporary", () => {
  assert.equal(readdirSync(saved()).sort(), [
    "checkpoint.json",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "optimizer.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "training_state.json",
  ]);
});

test("equal contents give equal bytes", () => {
  const [one, other] = [saved(), saved()];
  for (const name of readdirSync(one)) {
    assert.ok(readFileSync(join(one, name)).equals(readFileSync(join(other, name))), name);
  }
});

test("large weights are split and read as one model", () => {
  const folder = join(temporaryFolder(), "sharded");
  saveCheckpoint(folder, { ...contents, maxShardBytes: 48 });
  assert.ok(readdirSync(folder).includes("model-00001-of-00002.safetensors"));
  assert.not(readdirSync(folder).includes("model.safetensors"));
  const checkpoint = loadCheckpoint(folder);
  assert.equal(checkpoint.model.readFloat32("wte.weight"), weights);
  checkpoint.close();
  rmSync(join(folder, "model-00002-of-00002.safetensors"));
  refuses(folder, "missing-file", /model-00002-of-00002\.safetensors is missing/);
});

test("saving over a checkpoint replaces all of it", () => {
  const folder = saved();
  saveCheckpoint(folder, { config: { n_layer: 2 }, tensors: [] });
  assert.equal(readdirSync(folder).sort(), ["checkpoint.json", "config.json", "model.safetensors"]);
  const checkpoint = loadCheckpoint(folder);
  assert.equal({ ...checkpoint.config }, { n_layer: 2 });
  checkpoint.close();
});

test("an open checkpoint outlives its replacement", () => {
  const folder = saved();
  const checkpoint = loadCheckpoint(folder);
  saveCheckpoint(folder, { config: {}, tensors: [] });
  assert.equal(checkpoint.model.readFloat32("wte.weight"), weights);
  checkpoint.close();
});

test("a save that fails leaves the older checkpoint and nothing else", () => {
  const folder = saved();
  const failing = () => {
    throw new Error("the machine that computes the weights failed");
  };
  assert.throws(
    () =>
      saveCheckpoint(folder, {
        ...contents,
        tensors: [{ name: "w", dtype: "F32", shape: [1], data: failing }],
      }),
    /computes the weights/,
  );
  assert.equal(readdirSync(join(folder, "..")), ["step-000100"]);
  loadCheckpoint(folder).close();
});

test("what JSON would change in silence is refused before anything is written", () => {
  const folder = join(temporaryFolder(), "unserializable");
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, new Float32Array(1), new Map()]) {
    assert.throws(
      () => saveCheckpoint(folder, { ...contents, trainingState: { deep: { value } } }),
      (error: Error) =>
        error instanceof CheckpointError &&
        error.code === "not-serializable" &&
        error.message.startsWith(`checkpoint ${folder}: training_state.json: the value of "value"`),
    );
  }
  assert.equal(readdirSync(join(folder, "..")), []);
});

test("every file that is missing, short, long or altered is named", () => {
  for (const name of ["config.json", "model.safetensors", "optimizer.safetensors"]) {
    const path = (folder: string) => join(folder, name);
    const pattern = name.replace(".", "\\.");
    const missing = saved();
    rmSync(path(missing));
    refuses(missing, "missing-file", new RegExp(`${pattern} is missing`));

    const short = saved();
    truncateSync(path(short), 10);
    refuses(short, "wrong-size", new RegExp(`${pattern} has 10 bytes, \\d+ were saved; delete`));

    const long = saved();
    appendFileSync(path(long), " ");
    refuses(long, "wrong-size", new RegExp(pattern));

    const altered = saved();
    const bytes = readFileSync(path(altered));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path(altered), bytes);
    refuses(altered, "corrupt", new RegExp(`${pattern} is not what was saved`));
  }
});

test("a folder without manifest is refused, unless a plain model was asked for", () => {
  const folder = saved();
  rmSync(join(folder, "checkpoint.json"));
  refuses(
    folder,
    "incomplete",
    /no checkpoint\.json, which is written last: saving was interrupted/,
  );
  const plain = loadCheckpoint(folder, { acceptPlain: true });
  assert.equal(plain.model.readFloat32("wte.weight"), weights);
  plain.close();
  truncateSync(join(folder, "model.safetensors"), 200);
  refuses(folder, "corrupt", /cut short/, true);
  rmSync(join(folder, "model.safetensors"));
  refuses(folder, "incomplete", /no model\.safetensors/, true);
  writeFileSync(join(folder, "pytorch_model.bin"), "");
  refuses(folder, "unsafe-format", /pickle.*convert/, true);
});

test("a manifest that is malformed, hostile or newer is refused", () => {
  const folder = saved();
  const manifest = (text: string) => writeFileSync(join(folder, "checkpoint.json"), text);
  manifest('{"format":"pathloom-checkpoint",\n"version":1,,}');
  refuses(folder, "corrupt", /checkpoint\.json: expected a key in quotes at line 2, column 13/);
  manifest('{"format":"pathloom-checkpoint","version":3,"files":[]}');
  refuses(folder, "unsupported", /upgrade/);
  manifest('{"format":"pathloom-checkpoint","version":1,"files":[{"name":"../x","bytes":1}]}');
  refuses(folder, "corrupt", /a file without name/);
  manifest("[]");
  refuses(folder, "corrupt", /no pathloom-checkpoint manifest/);
});

test("a manifest that was altered itself is refused", () => {
  const folder = saved();
  const path = join(folder, "checkpoint.json");
  const text = readFileSync(path, "utf8");
  for (const changed of [
    text.replace('"config.json"', '"konfig.json"'),
    text.replace(/"bytes": (\d)/, '"bytes": 1$1'),
    text.replace(/"sha256": "[0-9a-f]{4}/, '"sha256": "0000'),
    text.replace(/,\s+"sha256": "[0-9a-f]+"/, ""),
  ]) {
    assert.is.not(changed, text);
    writeFileSync(path, changed);
    refuses(folder, "corrupt", /checkpoint\.json: is not what was saved/);
  }
  writeFileSync(path, text);
  loadCheckpoint(folder).close();
});

test("what version 1 wrote, which knew large files by their size, is read", () => {
  const folder = saved();
  const files = readdirSync(folder).filter((name) => name !== "checkpoint.json");
  const entries = files.map((name) => {
    const bytes = readFileSync(join(folder, name));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name, bytes: bytes.length, ...(name.startsWith("model") ? {} : { sha256 }) };
  });
  const manifest = { format: "pathloom-checkpoint", version: 1, files: entries };
  writeFileSync(join(folder, "checkpoint.json"), JSON.stringify(manifest));
  loadCheckpoint(folder).close();
  writeFileSync(join(folder, "config.json"), "{".padEnd(entries[0]!.bytes));
  refuses(folder, "corrupt", /config\.json is not what was saved/);
});

/** Two tensors of 20 MB, beyond what is compared when a checkpoint is opened. */
function large(): string {
  const folder = join(temporaryFolder(), "large");
  const data = Float32Array.from({ length: 5_000_000 }, (_, index) => index);
  const tensor = { dtype: "F32", shape: [data.length], data } as const;
  const tensors = [
    { ...tensor, name: "a" },
    { ...tensor, name: "b" },
  ];
  saveCheckpoint(folder, { config: {}, tensors, optimizer: tensors });
  return folder;
}

function flipBit(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at < 0 ? bytes.length + at : at]! ^= 4;
  writeFileSync(file, bytes);
}

test("a bit that flipped in a large file is found where it is read, or at once if asked for", () => {
  const folder = large();
  for (const file of ["model.safetensors", "optimizer.safetensors"]) {
    flipBit(join(folder, file), -9);
    const checkpoint = loadCheckpoint(folder);
    const tensors = file === "model.safetensors" ? checkpoint.model : checkpoint.optimizer!;
    const altered = (error: Error) =>
      error instanceof SafetensorsError &&
      error.code === "altered" &&
      /tensor "b": bytes \d+ to \d+ are not what was saved/.test(error.message);
    assert.is(tensors.readFloat32("a").at(-1), 4_999_999, "what is whole is read");
    assert.throws(() => tensors.readFloat32("b"), altered);
    const range = { start: 4_999_990, end: 4_999_992 };
    assert.throws(() => tensors.readFloat32("b", { range }), altered);
    assert.throws(() => tensors.read("b"), altered);
    checkpoint.close();
    assert.throws(
      () => loadCheckpoint(folder, { whole: true }),
      new RegExp(`${file} is not what was saved`),
    );
    flipBit(join(folder, file), -9);
  }
  loadCheckpoint(folder, { whole: true }).close();
  flipBit(join(folder, "model.safetensors"), 30);
  refuses(folder, "corrupt", /model\.safetensors: bytes 0 to \d+ are not what was saved/);
});

test("a folder that does not exist is missing", () => {
  refuses(join(temporaryFolder(), "nowhere"), "missing", /no such folder/);
});

test("a replacement cut by a crash still loads the complete folder", () => {
  const parent = temporaryFolder();
  const best = join(parent, "best");
  const tag = "999999999-0123456789ab";
  saveCheckpoint(best, contents);
  renameSync(best, `${best}.old-${tag}`);
  saveCheckpoint(`${best}-new`, { ...contents, config: { n_layer: 7 } });
  renameSync(`${best}-new`, `${best}.tmp-${tag}`);

  const found = loadCheckpoint(best);
  assert.equal({ ...found.config }, { n_layer: 7 });
  found.close();
  saveCheckpoint(best, contents);
  loadCheckpoint(best).close();
});

test("a half-written temporary folder never counts as the checkpoint", () => {
  const parent = temporaryFolder();
  const folder = join(parent, "step-000200");
  mkdirSync(`${folder}.tmp-999999999-0123456789ab`);
  refuses(folder, "missing", /no such folder/);
});

test.run();
