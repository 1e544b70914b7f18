/**
 * The config.json of published models, with the keys as their authors wrote them: each gives a decoder
 * with as many parameters as the model is known to have.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { familyFor, familyOf, parameterCount } from "../../models/index.ts";

interface Published {
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: number;
}

const llama3Scaling = {
  low_freq_factor: 1.0,
  high_freq_factor: 4.0,
  original_max_position_embeddings: 8192,
  rope_type: "llama3",
};

const published: Readonly<Record<string, Published>> = {
  "openai-community/gpt2-xl": {
    config: {
      activation_function: "gelu_new",
      layer_norm_epsilon: 1e-5,
      model_type: "gpt2",
      n_ctx: 1024,
      n_embd: 1600,
      n_head: 25,
      n_layer: 48,
      n_positions: 1024,
      vocab_size: 50_257,
    },
    parameters: 1_557_611_200,
  },
  "meta-llama/Llama-2-7b-hf": {
    config: {
      hidden_act: "silu",
      hidden_size: 4096,
      intermediate_size: 11_008,
      max_position_embeddings: 4096,
      model_type: "llama",
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 32,
      pretraining_tp: 1,
      rms_norm_eps: 1e-5,
      rope_scaling: null,
      tie_word_embeddings: false,
      vocab_size: 32_000,
    },
    parameters: 6_738_415_616,
  },
  "meta-llama/Llama-3.2-1B": {
    config: {
      attention_bias: false,
      head_dim: 64,
      hidden_act: "silu",
      hidden_size: 2048,
      intermediate_size: 8192,
      max_position_embeddings: 131_072,
      mlp_bias: false,
      model_type: "llama",
      num_attention_heads: 32,
      num_hidden_layers: 16,
      num_key_value_heads: 8,
      rms_norm_eps: 1e-5,
      rope_scaling: { factor: 32.0, ...llama3Scaling },
      rope_theta: 500_000.0,
      tie_word_embeddings: true,
      vocab_size: 128_256,
    },
    parameters: 1_235_814_400,
  },
  "deepseek-ai/DeepSeek-R1-Distill-Llama-8B": {
    config: {
      hidden_act: "silu",
      hidden_size: 4096,
      intermediate_size: 14_336,
      max_position_embeddings: 131_072,
      model_type: "llama",
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 8,
      rms_norm_eps: 1e-5,
      rope_scaling: { factor: 8.0, ...llama3Scaling },
      rope_theta: 500_000.0,
      tie_word_embeddings: false,
      vocab_size: 128_256,
    },
    parameters: 8_030_261_248,
  },
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": {
    config: {
      hidden_act: "silu",
      hidden_size: 1536,
      intermediate_size: 8960,
      max_position_embeddings: 131_072,
      max_window_layers: 21,
      model_type: "qwen2",
      num_attention_heads: 12,
      num_hidden_layers: 28,
      num_key_value_heads: 2,
      rms_norm_eps: 1e-6,
      rope_theta: 10_000,
      sliding_window: 4096,
      tie_word_embeddings: false,
      use_mrope: false,
      use_sliding_window: false,
      vocab_size: 151_936,
    },
    parameters: 1_777_088_000,
  },
  "mistralai/Mistral-7B-v0.1": {
    config: {
      hidden_act: "silu",
      hidden_size: 4096,
      intermediate_size: 14_336,
      max_position_embeddings: 32_768,
      model_type: "mistral",
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 8,
      rms_norm_eps: 1e-5,
      rope_theta: 10_000.0,
      sliding_window: 4096,
      tie_word_embeddings: false,
      vocab_size: 32_000,
    },
    parameters: 7_241_732_096,
  },
  "Qwen/Qwen2.5-0.5B": {
    config: {
      hidden_act: "silu",
      hidden_size: 896,
      intermediate_size: 4864,
      max_position_embeddings: 32_768,
      max_window_layers: 24,
      model_type: "qwen2",
      num_attention_heads: 14,
      num_hidden_layers: 24,
      num_key_value_heads: 2,
      rms_norm_eps: 1e-6,
      rope_theta: 1_000_000.0,
      sliding_window: 32_768,
      tie_word_embeddings: true,
      use_sliding_window: false,
      vocab_size: 151_936,
    },
    parameters: 494_032_768,
  },
  "Qwen/Qwen3-0.6B": {
    config: {
      attention_bias: false,
      head_dim: 128,
      hidden_act: "silu",
      hidden_size: 1024,
      intermediate_size: 3072,
      max_position_embeddings: 40_960,
      max_window_layers: 28,
      model_type: "qwen3",
      num_attention_heads: 16,
      num_hidden_layers: 28,
      num_key_value_heads: 8,
      rms_norm_eps: 1e-6,
      rope_scaling: null,
      rope_theta: 1_000_000,
      sliding_window: null,
      tie_word_embeddings: true,
      use_sliding_window: false,
      vocab_size: 151_936,
    },
    parameters: 596_049_920,
  },
  "microsoft/phi-2": {
    config: {
      hidden_act: "gelu_new",
      hidden_size: 2560,
      intermediate_size: 10_240,
      layer_norm_eps: 1e-5,
      max_position_embeddings: 2048,
      model_type: "phi",
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 32,
      partial_rotary_factor: 0.4,
      qk_layernorm: false,
      rope_scaling: null,
      rope_theta: 10_000.0,
      tie_word_embeddings: false,
      vocab_size: 51_200,
    },
    parameters: 2_779_683_840,
  },
  "microsoft/Phi-3-mini-4k-instruct": {
    config: {
      attention_bias: false,
      hidden_act: "silu",
      hidden_size: 3072,
      intermediate_size: 8192,
      max_position_embeddings: 4096,
      model_type: "phi3",
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 32,
      original_max_position_embeddings: 4096,
      rms_norm_eps: 1e-5,
      rope_scaling: null,
      rope_theta: 10_000.0,
      sliding_window: 2047,
      tie_word_embeddings: false,
      vocab_size: 32_064,
    },
    parameters: 3_821_079_552,
  },
  "microsoft/phi-4": {
    config: {
      attention_bias: false,
      hidden_act: "silu",
      hidden_size: 5120,
      intermediate_size: 17_920,
      max_position_embeddings: 16_384,
      model_type: "phi3",
      num_attention_heads: 40,
      num_hidden_layers: 40,
      num_key_value_heads: 10,
      original_max_position_embeddings: 16_384,
      rms_norm_eps: 1e-5,
      rope_scaling: null,
      rope_theta: 250_000,
      sliding_window: null,
      tie_word_embeddings: false,
      vocab_size: 100_352,
    },
    parameters: 14_659_507_200,
  },
  "google/gemma-2-2b": {
    config: {
      attention_bias: false,
      attn_logit_softcapping: 50.0,
      cache_implementation: "hybrid",
      final_logit_softcapping: 30.0,
      head_dim: 256,
      hidden_act: "gelu_pytorch_tanh",
      hidden_activation: "gelu_pytorch_tanh",
      hidden_size: 2304,
      intermediate_size: 9216,
      max_position_embeddings: 8192,
      model_type: "gemma2",
      num_attention_heads: 8,
      num_hidden_layers: 26,
      num_key_value_heads: 4,
      query_pre_attn_scalar: 256,
      rms_norm_eps: 1e-6,
      rope_theta: 10_000.0,
      sliding_window: 4096,
      vocab_size: 256_000,
    },
    parameters: 2_614_341_888,
  },
  "google/gemma-3-1b-pt": {
    config: {
      attention_bias: false,
      attn_logit_softcapping: null,
      cache_implementation: "hybrid",
      final_logit_softcapping: null,
      head_dim: 256,
      hidden_activation: "gelu_pytorch_tanh",
      hidden_size: 1152,
      intermediate_size: 6912,
      max_position_embeddings: 32_768,
      model_type: "gemma3_text",
      num_attention_heads: 4,
      num_hidden_layers: 26,
      num_key_value_heads: 1,
      query_pre_attn_scalar: 256,
      rms_norm_eps: 1e-6,
      rope_local_base_freq: 10_000,
      rope_scaling: null,
      rope_theta: 1_000_000,
      sliding_window: 512,
      sliding_window_pattern: 6,
      vocab_size: 262_144,
    },
    parameters: 999_885_952,
  },
  "tiiuae/falcon-7b": {
    config: {
      alibi: false,
      bias: false,
      hidden_size: 4544,
      layer_norm_epsilon: 1e-5,
      model_type: "falcon",
      multi_query: true,
      new_decoder_architecture: false,
      num_attention_heads: 71,
      num_hidden_layers: 32,
      parallel_attn: true,
      vocab_size: 65_024,
    },
    parameters: 6_921_720_704,
  },
  "tiiuae/falcon-40b": {
    config: {
      alibi: false,
      bias: false,
      hidden_size: 8192,
      layer_norm_epsilon: 1e-5,
      model_type: "falcon",
      new_decoder_architecture: true,
      num_attention_heads: 128,
      num_hidden_layers: 60,
      num_kv_heads: 8,
      parallel_attn: true,
      vocab_size: 65_024,
    },
    parameters: 41_303_293_952,
  },
};

for (const [name, { config, parameters }] of Object.entries(published)) {
  test(`${name} has ${parameters.toLocaleString("en")} parameters and is saved as its own kind`, () => {
    const family = familyOf(config);
    const read = family.readConfig(config);
    assert.is(parameterCount(read), parameters);
    const again = family.readConfig(JSON.parse(JSON.stringify(family.writeConfig(read))));
    assert.equal(again, read);
    assert.is.not(familyFor(read).modelType, "pathloom");
  });
}

function decoderOf(name: string) {
  const { config } = published[name]!;
  return familyOf(config).readConfig(config);
}

test("Gemma's windows: every other layer in Gemma 2, five of six in Gemma 3", () => {
  const layers = (name: string) => decoderOf(name).attention.window!.layers.slice(0, 7);
  assert.equal(layers("google/gemma-2-2b"), [0, 2, 4, 6, 8, 10, 12]);
  assert.equal(layers("google/gemma-3-1b-pt"), [0, 1, 2, 3, 4, 6, 7]);
});

test("Mistral's window is of all layers, Qwen's is off, and R1-Distill keeps its own frequencies", () => {
  const mistral = decoderOf("mistralai/Mistral-7B-v0.1").attention.window!;
  assert.equal([mistral.size, mistral.layers.length], [4096, 32]);
  assert.is(decoderOf("Qwen/Qwen2.5-0.5B").attention.window, null);
  const { rope } = decoderOf("deepseek-ai/DeepSeek-R1-Distill-Llama-8B");
  assert.equal([rope.theta, rope.scaling?.type], [500_000, "llama3"]);
});

test.run();
