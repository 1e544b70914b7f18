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

test("SmolLM3: every fourth layer without positions, or those that are listed", () => {
  const smol = { model_type: "smollm3", ...sizes, num_hidden_layers: 8 };
  assert.equal(read(smol).rope.unturnedLayers, [3, 7]);
  assert.equal(read({ ...smol, no_rope_layer_interval: 2 }).rope.unturnedLayers, [1, 3, 5, 7]);
  const listed = [1, 0, 1, 1, 1, 1, 1, 0, 1];
  assert.equal(read({ ...smol, no_rope_layers: listed }).rope.unturnedLayers, [1, 7]);
  refuses({ ...smol, no_rope_layers: [1, 0] }, /no_rope_layers lists 2 layers/);
  const windows = { ...smol, use_sliding_window: true, sliding_window: 6 };
  assert.equal(read(windows).attention.window, { size: 6, layers: [3, 7] });
  assert.is(read({ ...windows, use_sliding_window: false }).attention.window, null);
  assert.is(read(smol).rope.theta, 2e6);
});

test("OLMo 3: what stretches the positions leaves the layers with a window as they are", () => {
  const olmo = { model_type: "olmo3", ...sizes, num_hidden_layers: 4, sliding_window: 7 };
  const plain = read(olmo);
  assert.equal(plain.attention.window, { size: 7, layers: [0, 1, 2] });
  assert.equal([plain.rope.theta, plain.rope.localTheta], [500_000, null]);
  const scaling = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 24 };
  const { rope } = read({ ...olmo, rope_theta: 9e5, rope_scaling: scaling });
  assert.equal(
    [rope.theta, rope.scaling?.type, rope.localTheta, rope.localScaling],
    [9e5, "yarn", 500_000, null],
  );
  refuses({ ...olmo, rope_parameters: scaling }, /needs full_attention and sliding_attention/);
});

test("Granite's multipliers, and Ministral 3's growing queries", () => {
  const granite = read({
    model_type: "granite",
    ...sizes,
    embedding_multiplier: 12,
    residual_multiplier: 0.22,
    attention_multiplier: 0.015625,
    logits_scaling: 49,
  });
  assert.equal(
    [granite.embeddingScale, granite.residualScale, granite.attention.scale, granite.logitScale],
    [12, 0.22, 0.015625, 1 / 49],
  );
  const written = familyOf({ model_type: "granite" }).writeConfig(granite);
  assert.is(written.logits_scaling, 49);
  const ministral = { model_type: "ministral3", ...sizes, max_position_embeddings: 262_144 };
  const found = read(ministral);
  assert.equal(found.attention.queryGrowth, { rate: 0.1, contextLength: 16_384 });
  assert.equal([found.rope.theta, found.rope.scaling?.type, found.headDim], [1e6, "yarn", 128]);
  const rope = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 64 };
  refuses({ ...ministral, rope_parameters: rope }, /llama_4_scaling_beta is nothing/);
});

test("ALiBi: what BLOOM and MPT compute otherwise is refused", () => {
  const bloom = {
    model_type: "bloom",
    vocab_size: 40,
    n_embed: 16,
    num_hidden_layers: 2,
    n_head: 4,
  };
  assert.equal([read(bloom).positions, read(bloom).contextLength], ["alibi", 2048]);
  refuses(
    { ...bloom, apply_residual_connection_post_layernorm: true },
    /apply_residual_connection/,
  );
  refuses({ ...bloom, n_head: 5 }, /no multiple of n_head 5/);
  const mpt = { model_type: "mpt", vocab_size: 40, d_model: 16, n_layers: 2, n_heads: 4 };
  assert.is(read(mpt).biases.norm, false);
  const attention = { alibi: true, clip_qkv: null, attn_impl: "torch", softmax_scale: 0.3 };
  assert.is(read({ ...mpt, attn_config: attention }).attention.scale, 0.3);
  for (const change of [{ alibi: false }, { clip_qkv: 6 }, { qk_ln: true }, { prefix_lm: true }]) {
    const [key] = Object.keys(change);
    refuses({ ...mpt, attn_config: { ...attention, ...change } }, new RegExp(`: ${key} is `));
  }
  refuses({ ...mpt, no_bias: false }, /no_bias is false/);
});

test("neighbouring channels that turn together: what of each family is read, and what refused", () => {
  const glm = read({ model_type: "glm", ...sizes });
  assert.equal([glm.rope.interleaved, glm.rope.share, glm.headDim], [true, 0.5, 128]);
  assert.is(read({ model_type: "glm4", ...sizes }).block, "sandwichNorm");
  assert.is(read({ model_type: "ernie4_5", ...sizes }).rope.theta, 500_000);
  const helium = { model_type: "helium", ...sizes };
  refuses(helium, /6 heads of 128 are not hidden_size 60/);
  assert.is(read({ ...helium, head_dim: 10 }).rope.theta, 100_000);
  const cohere = { model_type: "cohere", ...sizes };
  assert.equal([read(cohere).logitScale, read(cohere).biases.norm], [0.0625, false]);
  refuses({ ...cohere, use_qk_norm: true }, /under LayerNorm \(Command R\+\)/);
  const gptj = {
    model_type: "gptj",
    vocab_size: 40,
    n_embd: 32,
    n_layer: 2,
    n_head: 2,
    rotary_dim: 4,
  };
  assert.equal([read(gptj).rope.share, read(gptj).biases.head], [0.25, true]);
  refuses({ ...gptj, rotary_dim: 32 }, /rotary_dim 32 are turned, do not fit/);
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
