/**
 * A key of config.json that changes what transformers computes is honoured or refused, never ignored.
 * What is honoured is compared by numbers in parity.test.ts; here is which value is taken, and what is
 * refused. The rules are those of transformers 5.24 (`modeling_rope_utils.py` and the configs).
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FamilyError, familyFor, familyOf, whyNot } from "../../models/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../golden/golden.ts";

type Json = Readonly<Record<string, unknown>>;

const configs = new Map(
  goldenNames(decodersFolder).map((name) => [
    name,
    loadGolden(decodersFolder, name).checkpoint.config as Json,
  ]),
);

const sizes = {
  vocab_size: 101,
  hidden_size: 60,
  intermediate_size: 92,
  num_hidden_layers: 3,
  num_attention_heads: 6,
  num_key_value_heads: 2,
  max_position_embeddings: 96,
};

const read = (json: Json) => familyOf(json).readConfig(json);

function refuses(json: Json, pattern: RegExp): void {
  assert.throws(
    () => read(json),
    (error: unknown) => error instanceof FamilyError && pattern.test(error.message),
    JSON.stringify(json),
  );
}

for (const [name, config] of configs) {
  test(`${name}: a key that nobody knows is refused by its name, and null says nothing`, () => {
    refuses(
      { ...config, attention_twist: 0.5 },
      /: attention_twist is 0.5, which is not known here/,
    );
    refuses({ ...config, quantization_config: { bits: 4 } }, /: quantization_config is /);
    refuses({ ...config, per_layer_config: { 0: {} } }, /: per_layer_config is /);
    refuses({ ...config, is_causal: false }, /: is_causal is false/);
    assert.equal(read({ ...config, attention_twist: null }), read(config));
  });
}

test("keys of tools, tokens and generation are passed over", () => {
  const plain = { model_type: "llama", ...sizes };
  const busy = {
    ...plain,
    _name_or_path: "somewhere",
    unsloth_version: "2026.1",
    "transformers.js_config": { kv_cache_dtype: {} },
    temperature: 0.7,
    eos_token_id: [1, 2],
    pretraining_tp: 1,
    use_sliding_window: false,
    is_causal: true,
  };
  assert.equal(read(busy), read(plain));
});

test("rope_scaling comes before rope_parameters, and a base within before the one outside", () => {
  const both = {
    model_type: "llama",
    ...sizes,
    rope_theta: 50,
    rope_scaling: { rope_type: "linear", factor: 4 },
    rope_parameters: { rope_type: "default", rope_theta: 333 },
  };
  const { rope } = read(both);
  assert.equal([rope.theta, rope.scaling], [50, { type: "linear", factor: 4 }]);
  assert.is(read({ ...both, rope_scaling: null }).rope.theta, 333);
  assert.is(read({ ...both, rope_scaling: {} }).rope.theta, 333, "an empty one is none");
  const within = { rope_type: "linear", factor: 4, rope_theta: 7 };
  assert.is(read({ ...both, rope_scaling: within }).rope.theta, 7);
});

test("positions by the kind of layer, in part or with unknown numbers are refused where a family has none", () => {
  const llama = { model_type: "llama", ...sizes };
  refuses({ ...llama, partial_rotary_factor: 0.6 }, /partial_rotary_factor is 0.6/);
  const partial = { rope_type: "default", rope_theta: 1e4, partial_rotary_factor: 0.6 };
  refuses({ ...llama, rope_parameters: partial }, /partial_rotary_factor is 0.6/);
  refuses(
    { ...llama, rope_parameters: { full_attention: { rope_theta: 1e4 } } },
    /rope_parameters/,
  );
  const scaling = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 };
  refuses({ ...llama, rope_scaling: { ...scaling, attention_factor: 2 } }, /attention_factor/);
  refuses({ ...llama, rope_scaling: { rope_type: "proportional" } }, /supported are default/);
  refuses(
    { model_type: "phi3", ...sizes, rope_scaling: { type: "linear", factor: 2 } },
    /"linear"/,
  );
});

test("the context of pretraining: outside the scaling, within it, or the model's own", () => {
  const scaling = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 };
  const original = (json: Json) => {
    const { scaling: found } = read({ model_type: "llama", ...sizes, ...json }).rope;
    return found?.type === "llama3" && found.originalContextLength;
  };
  assert.is(original({ rope_scaling: scaling }), 96);
  const within = { ...scaling, original_max_position_embeddings: 48 };
  assert.is(original({ rope_scaling: within }), 48);
  assert.is(original({ rope_scaling: within, original_max_position_embeddings: 24 }), 24);

  const factors = { short_factor: [1, 1, 1, 1, 1], long_factor: [2, 2, 2, 2, 2] };
  const phi = {
    model_type: "phi3",
    ...sizes,
    max_position_embeddings: 8192,
    rope_parameters: {
      rope_type: "longrope",
      ...factors,
      original_max_position_embeddings: 2048,
      rope_theta: 1e4,
    },
  };
  assert.is(read(phi).contextLength, 4096, "Phi-3 has one outside always");
  assert.is(read({ ...phi, original_max_position_embeddings: 2048 }).contextLength, 2048);
});

test("a window that a file does not name has the family's size; one that is switched off must be nowhere", () => {
  const mistral = { model_type: "mistral", ...sizes };
  assert.equal(read(mistral).attention.window, { size: 4096, layers: [0, 1, 2] });
  assert.is(read({ ...mistral, sliding_window: null }).attention.window, null);
  assert.is(
    read({ ...mistral, num_key_value_heads: undefined, num_attention_heads: 8 }).kvHeads,
    8,
  );
  const layer_types = ["sliding_attention", "full_attention", "sliding_attention"];
  const off = { model_type: "qwen2", ...sizes, sliding_window: 6, layer_types };
  refuses({ ...off, use_sliding_window: false }, /layer_types names layers with a sliding window/);
  assert.equal(read({ ...off, use_sliding_window: true }).attention.window, {
    size: 6,
    layers: [0, 2],
  });
  const none = { model_type: "qwen2", ...sizes, use_sliding_window: true, max_window_layers: 1 };
  assert.equal(read(none).attention.window, { size: 4096, layers: [1, 2] });
  refuses({ ...off, use_sliding_window: true, layer_types: ["full_attention"] }, /lists 1 layers/);
});

test("Gemma 3: one object for all layers, a cap of scores and a kind by its old name are refused", () => {
  const gemma = { model_type: "gemma3_text", ...sizes, head_dim: 14, sliding_window: 7 };
  const flat = { rope_type: "default", rope_theta: 500_000 };
  refuses({ ...gemma, rope_parameters: flat }, /needs full_attention and sliding_attention/);
  refuses({ ...gemma, attn_logit_softcapping: 50 }, /attn_logit_softcapping is 50/);
  refuses({ ...gemma, rope_scaling: { type: "linear", factor: 8 } }, /needs rope_type/);
  const { rope } = read({ ...gemma, rope_scaling: { rope_type: "linear", factor: 8 } });
  assert.equal(
    [rope.theta, rope.localTheta, rope.scaling?.type, rope.localScaling],
    [1e6, 1e4, "linear", null],
  );
});

test("a decoder that turns parts of its heads is not saved as a family that turns whole ones", () => {
  const phi = read({
    model_type: "phi3",
    ...sizes,
    partial_rotary_factor: 0.6,
    sliding_window: null,
  });
  assert.match(String(whyNot(familyOf({ model_type: "llama" }), phi)), /turn whole heads/);
  assert.is(familyFor(phi).modelType, "phi3");
});

test("sizes that no model has are refused before anything is built", () => {
  for (const layers of [1e9, 2e9, 4097, 1.5, 0]) {
    refuses({ model_type: "llama", ...sizes, num_hidden_layers: layers }, /num_hidden_layers is/);
    refuses({ model_type: "gemma2", ...sizes, num_hidden_layers: layers }, /num_hidden_layers is/);
  }
  refuses({ model_type: "llama", ...sizes, hidden_size: 2 ** 40 }, /hidden_size is/);
});

test.run();
