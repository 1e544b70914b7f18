import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  CheckpointError,
  loadAdapter,
  loadCheckpoint,
  readWeights,
  SafetensorsError,
  SafetensorsFile,
  saveAdapter,
  writeSafetensors,
  writeSafetensorsModel,
} from "../../../checkpoints/index.ts";
import {
  asPlainLora,
  familyOf,
  firstRanks,
  mergeAdapter,
  newLora,
  plainLora,
} from "../../../models/index.ts";
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
    const { adapter, config: decoder, base: baseName } = loadAdapter(folder, base);
    assert.is(baseName, expected.base);
    const saved = join(temporaryFolder(), "adapter");
    saveAdapter(saved, adapter, { ...base, config: decoder }, baseName);
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

test("an adapter is one file whatever its size: PEFT reads no shards", () => {
  const module = { name: "model.layers.0.self_attn.q_proj", groups: 1, transposed: false };
  const huge = {
    ...module,
    kind: "linear" as const,
    linears: [{ path: "layers.0.attention.query", outputs: 2 ** 17 }],
    inputs: 2 ** 14,
    rank: 2 ** 15,
    scale: 1,
  };
  const empty = new Float32Array();
  const weights = new Map(
    ["loraA", "loraB"].map((kind) => [`layers.0.attention.query.${kind}`, empty]),
  );
  const adapter = { config: plainLora, modules: [huge], saved: [], weights };
  // 18 GiB by their shapes; the refusal of the values, which are none, names the file.
  assert.throws(
    () => saveAdapter(join(temporaryFolder(), "huge"), adapter, baseOf("llama-3"), null),
    (error: Error) =>
      error instanceof SafetensorsError && /\/adapter_model\.safetensors$/.test(error.file),
  );
});

test("an adapter in shards, as earlier versions saved large ones, is read", () => {
  const folder = changed({});
  const base = baseOf(loadGoldenAdapter(adaptersFolder, "lora", decodersFolder).expected.base);
  const whole = loadAdapter(folder, base).adapter;
  const tensors = [...tensorsOf(folder)].map(([name, tensor]) => ({ name, ...tensor }));
  const shards = tensors.map((tensor) => ({ ...tensor, dtype: "F32" as const }));
  writeSafetensorsModel(folder, shards, { stem: "adapter_model", maxShardBytes: 1000 });
  rmSync(join(folder, "adapter_model.safetensors"));
  assert.equal(loadAdapter(folder, base).adapter, whole);
});

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
  refuses(changed({ trainable_token_indices: [-1] }), /trainable_token_indices/);
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

test("an adapter whose start changed its base is refused, others are not", () => {
  for (const start of ["pissa", "pissa_niter_16", "olora", "corda", "lora_ga", "loftq", "new"]) {
    refuses(changed({ init_lora_weights: start }), /changes the base.*weight_conversion/);
  }
  for (const start of [true, false, null, "gaussian", "eva", "orthogonal"]) {
    loadAdapter(changed({ init_lora_weights: start }), baseOf("llama-3"));
  }
});

test("rows that the model does not have, or of no table, are refused", () => {
  const withRows = (trainable_token_indices: unknown, base = "rows") => {
    const folder = changed({});
    cpSync(join(adaptersFolder, base), folder, { recursive: true });
    const path = join(folder, "adapter_config.json");
    const json = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...json, trainable_token_indices }));
    return folder;
  };
  const head = [39, 5, 6, 30];
  refuses(withRows({ embed_tokens: [1, 2, 3, 40], lm_head: head }), /row 40.*add its tokens first/);
  refuses(withRows({ embed_tokens: [1, 2, 2, 3], lm_head: head }), /one of them twice/);
  refuses(
    withRows({ embed_tokens: [1, 2], lm_head: head }),
    /trainable_tokens_delta" is \[4, 16\]/,
  );
  refuses(withRows({ embed_tokens: head }), /lm_head.*belongs to no/);
  refuses(withRows({ embed_tokens: head, o_proj: [1] }), /names "o_proj", which is no table/);
  const tied = { embed_tokens: [3, 35, 36, 2], lm_head: [3, 35, 36, 2] };
  const { adapter } = loadAdapter(withRows(tied, "rows-tied"), baseOf("qwen2"));
  assert.equal(adapter.rows, [{ table: "embedding.weight", ids: tied.lm_head }]);
  refuses(
    withRows({ ...tied, lm_head: [3, 35, 36, 1] }, "rows-tied"),
    /names "lm_head", which is no table/,
    "qwen2",
  );
});

test("a PiSSA adapter is saved as the plain one that it is over the original, or not at all", () => {
  const base = baseOf("llama-3");
  const checkpoint = loadCheckpoint(join(decodersFolder, "llama-3"), { acceptPlain: true });
  const weights = readWeights(base.config, checkpoint);
  const lora = {
    ...plainLora,
    rank: 2,
    rankPattern: { up_proj: 3 },
    initialise: "pissa",
    useRslora: true,
  } as const;
  const start = newLora(familyOf(base.json), base.config, weights, lora, 3);
  const trained = {
    ...start.adapter,
    weights: new Map(
      [...start.adapter.weights].map(([name, values]) => [
        name,
        values.map((value, i) => value + 0.1 * Math.sin(i + 1)),
      ]),
    ),
  };
  const folder = join(temporaryFolder(), "adapter");
  assert.throws(() => saveAdapter(folder, trained, base, null), /save what asPlainLora makes/);
  assert.not.ok(existsSync(folder));
  saveAdapter(folder, asPlainLora(trained, start.adapter), base, null);
  const loaded = loadAdapter(folder, base).adapter;
  const [expected, found] = [mergeAdapter(start.base, trained), mergeAdapter(weights, loaded)];
  for (const [name, values] of expected) {
    const largest = values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - found.get(name)![i]!)),
      0,
    );
    assert.ok(largest < 2e-6, `${name} differs by ${largest}`);
  }
  assert.equal([...firstRanks(loaded, start.adapter)].sort(), [...trained.weights].sort());
});

test("a folder without safetensors says what is missing", () => {
  refuses(temporaryFolder(), /there is no adapter_model.safetensors/);
});

test.run();
