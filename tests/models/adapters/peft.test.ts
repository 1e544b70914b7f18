import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  CheckpointError,
  loadAdapter,
  loadCheckpoint,
  SafetensorsFile,
  saveAdapter,
  writeSafetensors,
} from "../../../checkpoints/index.ts";
import { familyOf } from "../../../models/index.ts";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";
import {
  adaptersFolder,
  decodersFolder,
  goldenNames,
  loadGoldenAdapter,
} from "../../golden/golden.ts";

function baseOf(name: string) {
  const { config: json } = loadCheckpoint(join(decodersFolder, name), { acceptPlain: true });
  return { json, config: familyOf(json).readConfig(json) };
}

function tensorsOf(folder: string): Map<string, { shape: readonly number[]; data: Float32Array }> {
  const file = SafetensorsFile.open(join(folder, "adapter_model.safetensors"));
  const entries = [...file.tensors].map(
    ([name, { shape }]) => [name, { shape, data: file.readFloat32(name) }] as const,
  );
  file.close();
  return new Map(entries);
}

for (const name of goldenNames(adaptersFolder)) {
  test(`${name}: saved again, it is what PEFT saved`, () => {
    const { folder, expected } = loadGoldenAdapter(adaptersFolder, name, decodersFolder);
    const base = baseOf(expected.base);
    const { adapter, base: baseName } = loadAdapter(folder, base);
    assert.is(baseName, expected.base);
    const saved = join(temporaryFolder(), "adapter");
    saveAdapter(saved, adapter, base, baseName);
    const [ours, theirs] = [tensorsOf(saved), tensorsOf(folder)];
    assert.equal([...ours].sort(), [...theirs].sort());
    const config = (path: string) =>
      JSON.parse(readFileSync(join(path, "adapter_config.json"), "utf8"));
    const [written, original] = [config(saved), config(folder)];
    for (const key of ["r", "lora_alpha", "rank_pattern", "alpha_pattern", "modules_to_save"]) {
      assert.equal(written[key], original[key], key);
    }
    for (const key of ["use_rslora", "use_dora", "fan_in_fan_out", "peft_type"]) {
      assert.is(written[key], original[key], key);
    }
    assert.equal(loadAdapter(saved, base).adapter.modules, adapter.modules);
  });
}

/** A copy of the golden adapter "lora" with its config changed. */
function changed(change: object): string {
  const folder = join(temporaryFolder(), "adapter");
  cpSync(join(adaptersFolder, "lora"), folder, { recursive: true });
  const path = join(folder, "adapter_config.json");
  const json = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...json, ...change }));
  return folder;
}

function refuses(folder: string, pattern: RegExp, base = "llama-3"): void {
  assert.throws(
    () => loadAdapter(folder, baseOf(base)),
    (error: unknown) => {
      assert.instance(error, CheckpointError);
      assert.match((error as CheckpointError).message, pattern);
      return true;
    },
  );
}

test("an adapter of another kind, or with options that would change the numbers, is refused", () => {
  refuses(changed({ peft_type: "IA3" }), /adapter_config.json: peft_type: .*"LORA"/);
  refuses(changed({ bias: "all" }), /bias: .*"none"/);
  refuses(changed({ trainable_token_indices: [1] }), /trainable_token_indices/);
  refuses(changed({ r: 0 }), /r: /);
  refuses(changed({ alpha_pattern: { "(.*)*x": 1 } }), /too costly to match/);
});

test("an adapter over another model is refused by the tensor that does not fit", () => {
  const folder = join(adaptersFolder, "lora");
  refuses(folder, /adapts no linear layer of this gpt2 model/, "gpt2");
  refuses(folder, /k_proj.lora_B.weight" is \[8, 3\], but the model makes it \[16, 3\]/, "llama-2");
});

test("a tensor that is missing or unknown is named", () => {
  const folder = changed({});
  const tensors = tensorsOf(folder);
  const write = (names: (name: string) => string | null) => {
    const kept = [...tensors].flatMap(([name, tensor]) => {
      const renamed = names(name);
      return renamed === null ? [] : [{ name: renamed, dtype: "F32" as const, ...tensor }];
    });
    writeSafetensors(join(folder, "adapter_model.safetensors"), kept);
  };
  const module = "base_model.model.model.layers.0.mlp.up_proj";
  write((name) => (name === `${module}.lora_B.weight` ? null : name));
  refuses(folder, /up_proj.lora_B.weight" is missing/);
  write((name) => name.replace("layers.1", "layers.7"));
  refuses(folder, /layers.7.*" belongs to no linear layer of this llama model/);
});

test("a folder without safetensors says what is missing", () => {
  refuses(temporaryFolder(), /there is no adapter_model.safetensors/);
});

test.run();
