/** The decoder of a checkpoint is what config.json says and the tensors bear out. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Checkpoint,
  CheckpointError,
  decoderOf,
  loadCheckpoint,
  modelContents,
  modelFromCheckpoint,
  SafetensorsFile,
  type Tensor,
  writeSafetensorsModel,
} from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import { hiddenStates, logits } from "../../models/index.ts";
import { decodersFolder } from "../golden/golden.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

/** A golden decoder with other keys in its config.json, and more tensors. */
function changed(name: string, keys: object, more: readonly Tensor[] = []): Checkpoint {
  const source = join(decodersFolder, name);
  const folder = temporaryFolder();
  const config = JSON.parse(readFileSync(join(source, "config.json"), "utf8"));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, ...keys }));
  if (more.length === 0) {
    cpSync(join(source, "model.safetensors"), join(folder, "model.safetensors"));
  } else {
    const file = SafetensorsFile.open(join(source, "model.safetensors"));
    const tensors = [...file.tensors.values()].map(({ name: tensor, shape }): Tensor => {
      return { name: tensor, dtype: "F32", shape, data: file.readFloat32(tensor) };
    });
    writeSafetensorsModel(folder, [...tensors, ...more]);
    file.close();
  }
  return loadCheckpoint(folder, { acceptPlain: true });
}

const width = 16;
const rows = 40;

function head(value: (i: number) => number, shape = [rows, width]): Tensor {
  const data = Float32Array.from({ length: shape[0]! * shape[1]! }, (_, i) => value(i));
  return { name: "lm_head.weight", dtype: "F32", shape, data };
}

test("a head of its own is kept where config.json says that it is tied, and is saved so", () => {
  const checkpoint = changed("llama-3.2", {}, [head(Math.sin)]);
  assert.is(checkpoint.config.tie_word_embeddings, true);
  assert.is(decoderOf(checkpoint).tieEmbeddings, false);

  const model = modelFromCheckpoint(engine, checkpoint);
  const tokens = [3, 1, 4, 1, 5];
  const last = hiddenStates(model, [tokens]).at(-1)!;
  const found = logits(model, [tokens]);
  for (let row = 0; row < rows; row++) {
    let expected = 0;
    for (let i = 0; i < width; i++) expected += last[4 * width + i]! * Math.sin(row * width + i);
    assert.ok(Math.abs(found[4 * rows + row]! - expected) < 1e-4, `row ${row}`);
  }
  const saved = modelContents(model, { base: checkpoint.config });
  assert.is(saved.config.tie_word_embeddings, false);
  assert.ok([...saved.tensors].some(({ name }) => name === "lm_head.weight"));
  model.dispose();
});

test("a head that repeats the table stays tied, and one of another shape is refused", () => {
  const table = SafetensorsFile.open(join(decodersFolder, "llama-3.2", "model.safetensors"));
  const values = table.readFloat32("model.embed_tokens.weight");
  table.close();
  assert.is(decoderOf(changed("llama-3.2", {}, [head((i) => values[i]!)])).tieEmbeddings, true);
  refuses(changed("llama-3.2", {}, [head(() => 0, [rows, 8])]), /\[40, 8\], but config.json ties/);
});

function refuses(checkpoint: Checkpoint, pattern: RegExp): void {
  for (const read of [decoderOf, (each: Checkpoint) => modelFromCheckpoint(engine, each)]) {
    assert.throws(
      () => read(checkpoint),
      (error: unknown) => error instanceof CheckpointError && pattern.test(error.message),
    );
  }
}

test("sizes that the files cannot hold are refused before anything is built", () => {
  refuses(changed("llama-3.2", { num_hidden_layers: 2e9 }), /num_hidden_layers is 2000000000/);
  refuses(changed("llama-3.2", { num_hidden_layers: 4000 }), /4000 layers, but .* hold 20 tensors/);
  refuses(
    changed("gpt2", { n_positions: 2 ** 31 - 1 }),
    /a model of \d{11,} numbers, but its files/,
  );
  refuses(changed("llama-3.2", { vocab_size: 2 ** 31 - 1 }), /numbers, but its files hold/);
});

test.run();
