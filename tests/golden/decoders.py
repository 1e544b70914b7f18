"""The decoders that goldens are made of: tiny, random, one for each family and variant."""

import math

import torch
import transformers

VOCABULARY = 40
CONTEXT = 80

PLAIN = dict(
    vocab_size=VOCABULARY,
    max_position_embeddings=CONTEXT,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=20,
    bos_token_id=0,
    eos_token_id=None,
    pad_token_id=None,
)


def plain(**changes):
    return {**PLAIN, **changes}


def without(settings, *keys):
    return {key: value for key, value in settings.items() if key not in keys}


LLAMA3 = dict(
    rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=20
)
GEMMA = dict(head_dim=6, query_pre_attn_scalar=5, sliding_window=6, tie_word_embeddings=True)
FALCON = dict(without(PLAIN, "num_key_value_heads", "intermediate_size"), alibi=False, tie_word_embeddings=True)
# Three kinds of head sizes, so that none can stand for another. What a head gives is normalised; where it
# gives almost nothing, which heads this small do by chance, the usual epsilon would blow rounding up.
DELTA = dict(
    rms_norm_eps=1e-2,
    head_dim=8,
    partial_rotary_factor=0.5,
    linear_num_key_heads=2,
    linear_num_value_heads=4,
    linear_key_head_dim=6,
    linear_value_head_dim=5,
    layer_types=["linear_attention", "full_attention"],
)
PHI = plain(num_key_value_heads=4, partial_rotary_factor=0.5, tie_word_embeddings=False)
LONG = [1.0 + 0.5 * i for i in range(2)]

# Name -> the family's name in transformers and the settings of the config.
DECODERS = {
    "gpt2": ("GPT2", dict(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, n_inner=20, bos_token_id=0, eos_token_id=None)),
    "gpt2-unscaled": ("GPT2", dict(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, n_inner=20, bos_token_id=0, eos_token_id=None, scale_attn_weights=False)),
    "llama-2": ("Llama", plain(num_key_value_heads=4)),
    "llama-3": ("Llama", plain(rope_parameters=dict(rope_type="default", rope_theta=500000.0))),
    "llama-3.1": ("Llama", plain(rope_parameters=dict(LLAMA3, rope_theta=500000.0))),
    "llama-3.2": ("Llama", plain(head_dim=8, tie_word_embeddings=True, rope_parameters=dict(LLAMA3, rope_theta=500000.0))),
    "llama-linear": ("Llama", plain(rope_parameters=dict(rope_type="linear", factor=3.0, rope_theta=10000.0))),
    "llama-dynamic": ("Llama", plain(rope_parameters=dict(rope_type="dynamic", factor=2.0, rope_theta=10000.0))),
    # Rows and greedy tokens go beyond the context of pretraining, of 20 tokens.
    "llama-linear-beyond": ("Llama", plain(head_dim=8, rope_parameters=dict(rope_type="linear", factor=4.0, rope_theta=10000.0))),
    "llama-dynamic-beyond": ("Llama", plain(head_dim=8, max_position_embeddings=20, rope_parameters=dict(rope_type="dynamic", factor=4.0, rope_theta=10000.0))),
    "llama-yarn-beyond": (
        "Llama",
        plain(head_dim=8, rope_parameters=dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=20)),
    ),
    "llama-longrope": (
        "Llama",
        plain(
            max_position_embeddings=2 * CONTEXT,
            rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, short_factor=LONG, long_factor=[4.0, 9.0], original_max_position_embeddings=CONTEXT, factor=4.0),
        ),
    ),
    "llama-longrope-gain": (
        "Llama",
        plain(
            max_position_embeddings=2 * CONTEXT,
            rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, short_factor=LONG, long_factor=[4.0, 9.0], original_max_position_embeddings=CONTEXT, attention_factor=1.7),
        ),
    ),
    "llama-yarn": (
        "Llama",
        plain(head_dim=16, rope_parameters=dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=20, beta_fast=4.0)),
    ),
    "qwen3-yarn": (
        "Qwen3",
        plain(
            head_dim=16,
            rope_parameters=dict(rope_type="yarn", rope_theta=1000000.0, factor=4.0, original_max_position_embeddings=20, beta_fast=8.0, beta_slow=0.5, mscale=1.0, mscale_all_dim=0.5, truncate=False),
        ),
    ),
    "llama-biases": ("Llama", plain(attention_bias=True, mlp_bias=True)),
    "mistral": ("Mistral", plain(head_dim=4, sliding_window=6)),
    "qwen2": ("Qwen2", plain(tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=1000000.0))),
    "qwen2-window": ("Qwen2", plain(use_sliding_window=True, sliding_window=6, max_window_layers=1)),
    "qwen3": ("Qwen3", plain(head_dim=8, tie_word_embeddings=True)),
    "qwen3.5": ("Qwen3_5Text", plain(**DELTA)),
    # Rows of two chunks of the delta rule, of 64 tokens each.
    "qwen3.5-chunks": (
        "Qwen3_5Text",
        plain(
            **dict(DELTA, linear_num_value_heads=2, linear_conv_kernel_dim=3, linear_key_head_dim=16, linear_value_head_dim=12),
            attention_bias=True,
            tie_word_embeddings=True,
        ),
    ),
    "deepseek-r1-distill-qwen": ("Qwen2", plain(tie_word_embeddings=False)),
    "deepseek-r1-distill-llama": ("Llama", plain(rope_parameters=dict(LLAMA3, factor=8.0, rope_theta=500000.0))),
    "phi-2": ("Phi", PHI),
    "phi-3": ("Phi3", plain(num_key_value_heads=4, sliding_window=6)),
    "phi-3-longrope": (
        "Phi3",
        plain(
            num_key_value_heads=4,
            max_position_embeddings=4 * CONTEXT,
            original_max_position_embeddings=CONTEXT,
            rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, short_factor=LONG, long_factor=[4.0, 9.0]),
        ),
    ),
    "phi-4-mini": ("Phi3", plain(hidden_size=32, intermediate_size=16, partial_rotary_factor=0.75, tie_word_embeddings=True)),
    "gemma-2": ("Gemma2", plain(**GEMMA, attn_logit_softcapping=2.0, final_logit_softcapping=3.0)),
    "gemma-3": (
        "Gemma3Text",
        plain(
            **GEMMA,
            layer_types=["sliding_attention", "full_attention"],
            rope_parameters=dict(
                full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1000000.0),
                sliding_attention=dict(rope_type="default", rope_theta=10000.0),
            ),
        ),
    ),
    "gemma-3-scaled-windows": (
        "Gemma3Text",
        plain(
            **GEMMA,
            layer_types=["sliding_attention", "full_attention"],
            rope_parameters=dict(
                full_attention=dict(rope_type="default", rope_theta=1000000.0),
                sliding_attention=dict(rope_type="linear", factor=4.0, rope_theta=10000.0),
            ),
        ),
    ),
    "falcon-7b": ("Falcon", dict(FALCON, new_decoder_architecture=False, multi_query=True, parallel_attn=True)),
    "falcon-40b": ("Falcon", dict(FALCON, new_decoder_architecture=True, num_kv_heads=2)),
    "falcon-11b": ("Falcon", dict(FALCON, new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1, ffn_hidden_size=20)),
    "falcon-sequential": ("Falcon", dict(FALCON, multi_query=False, parallel_attn=False, bias=True, ffn_hidden_size=20)),
    "starcoder2": ("Starcoder2", plain(sliding_window=6, rope_parameters=dict(rope_type="default", rope_theta=999999.44))),
    "starcoder2-plain": ("Starcoder2", plain(use_bias=False, tie_word_embeddings=False, hidden_act="gelu")),
    "smollm3": ("SmolLM3", plain(no_rope_layers=[1, 0], tie_word_embeddings=True)),
    "smollm3-window": ("SmolLM3", plain(no_rope_layer_interval=2, use_sliding_window=True, sliding_window=6, tie_word_embeddings=False)),
    "olmo-2": ("Olmo2", plain(rope_parameters=dict(rope_type="default", rope_theta=500000.0))),
    "olmo-3": (
        "Olmo3",
        plain(
            sliding_window=6,
            layer_types=["sliding_attention", "full_attention"],
            rope_parameters=dict(
                full_attention=dict(rope_type="yarn", rope_theta=500000.0, factor=4.0, original_max_position_embeddings=20, attention_factor=1.2, beta_fast=32.0, beta_slow=1.0),
                sliding_attention=dict(rope_type="default", rope_theta=500000.0),
            ),
        ),
    ),
    "granite": (
        "Granite",
        plain(embedding_multiplier=2.0, residual_multiplier=0.7, attention_multiplier=0.3, logits_scaling=0.75),
    ),
    "granite-biases": ("Granite", plain(attention_bias=True, mlp_bias=True, tie_word_embeddings=True, residual_multiplier=0.8, attention_multiplier=0.5)),
    "ministral": ("Ministral", plain(head_dim=8, sliding_window=6, layer_types=["full_attention", "sliding_attention"])),
    "ministral-3": (
        "Ministral3",
        plain(
            head_dim=8,
            rope_parameters=dict(
                rope_type="yarn", rope_theta=10000.0, factor=10.0, original_max_position_embeddings=8, beta_fast=4.0, beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.1,
            ),
        ),
    ),
    "nanochat": ("NanoChat", plain(num_key_value_heads=4, final_logit_softcapping=3.0)),
    "bloom": ("Bloom", dict(vocab_size=VOCABULARY, hidden_size=16, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=None, pad_token_id=None)),
    "gemma": ("Gemma", plain(head_dim=6, tie_word_embeddings=True)),
    "gpt-bigcode": ("GPTBigCode", dict(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, n_inner=20, bos_token_id=0, eos_token_id=None)),
    "gpt-bigcode-many": ("GPTBigCode", dict(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, n_inner=20, bos_token_id=0, eos_token_id=None, multi_query=False)),
    "gpt-neox": ("GPTNeoX", without(plain(rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5)), "num_key_value_heads")),
    "gpt-neox-sequential": ("GPTNeoX", without(plain(hidden_size=32, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new"), "num_key_value_heads")),
    "olmo": ("Olmo", plain()),
    "arcee": ("Arcee", plain(mlp_bias=True)),
    "seed-oss": ("SeedOss", plain(head_dim=8, attention_bias=True, attention_out_bias=False)),
    "glm": ("Glm", plain(head_dim=8, rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5))),
    "glm-4": ("Glm4", plain(head_dim=8, attention_bias=False, rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5))),
    "helium": ("Helium", plain(head_dim=4)),
    "ernie-4.5": ("Ernie4_5", plain(head_dim=8, use_bias=True, tie_word_embeddings=False)),
    "cohere": ("Cohere", plain(logit_scale=0.5, tie_word_embeddings=False)),
    "gptj": ("GPTJ", dict(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, rotary_dim=2, n_inner=20, bos_token_id=0, eos_token_id=None)),
    "mpt": ("Mpt", dict(vocab_size=VOCABULARY, d_model=16, n_layers=2, n_heads=4, max_seq_len=CONTEXT, bos_token_id=0, eos_token_id=None)),
}
# Where it is not <family>ForCausalLM.
CLASSES = {"GPT2": "GPT2LMHeadModel", "Gemma3Text": "Gemma3ForCausalLM", "Qwen3_5Text": "Qwen3_5ForCausalLM"}
# Tokens of the rows that are compared and trained on, where it is not 12.
TIME = {"llama-linear-beyond": 48, "llama-dynamic-beyond": 48, "llama-yarn-beyond": 48, "qwen3.5-chunks": 72}
# Parameters that are saved under another name.
STORED = {"GPTNeoX": {"lm_head.weight": "embed_out.weight"}}
# Saved in several files.
SHARDED = {"mistral": "6KB"}


def larger(settings):
    """The same design in another shape: a layer, eight words and eight inner features more."""
    more = dict(vocab_size=8, n_layer=1, n_layers=1, num_hidden_layers=1, n_inner=8, intermediate_size=8, ffn_hidden_size=8)
    grown = {key: value + more[key] if key in more else value for key, value in settings.items()}
    if "no_rope_layers" in grown:
        grown["no_rope_layers"] = [*grown["no_rope_layers"], 1]
    if "layer_types" in grown:
        kinds = grown["layer_types"]
        grown["layer_types"] = [*kinds, "linear_attention" if "linear_attention" in kinds else "sliding_attention"]
    return grown


def wider(settings):
    """The same design in the proportions of a trained model: four layers of width 128, four heads of 32."""
    heads = dict(head_dim=32, query_pre_attn_scalar=32, linear_key_head_dim=32, linear_value_head_dim=32)
    widths = dict(hidden_size=128, d_model=128, n_embd=128, n_inner=352, intermediate_size=352, ffn_hidden_size=352)
    sizes = dict(heads, **widths, vocab_size=512, num_hidden_layers=4, n_layer=4, n_layers=4)
    grown = {key: sizes.get(key, value) for key, value in settings.items()}
    if "layer_types" in grown:
        grown["layer_types"] = 2 * grown["layer_types"]
    if "no_rope_layers" in grown:
        grown["no_rope_layers"] = 2 * grown["no_rope_layers"]
    if "short_factor" in grown.get("rope_parameters", {}):
        factors = {key: 8 * grown["rope_parameters"][key] for key in ("short_factor", "long_factor")}
        grown["rope_parameters"] = dict(grown["rope_parameters"], **factors)
    return grown


def drawn(name, settings, seed):
    """The model as transformers draws it: of standard deviation 0.02, norms of ones, biases of zeros."""
    family, _ = DECODERS[name]
    torch.manual_seed(seed)
    config = getattr(transformers, f"{family}Config")(**settings)
    config._attn_implementation = "eager"
    return getattr(transformers, CLASSES.get(family, f"{family}ForCausalLM"))(config).eval()


def make_standard(name, seed):
    """The model at the scale that training starts from, norms and biases moved by noise so that they count."""
    # StarCoder2's own default is another.
    model = drawn(name, dict(wider(DECODERS[name][1]), initializer_range=0.02), seed)
    assert model.config.initializer_range == 0.02
    with torch.no_grad():
        for _, parameter in sorted(model.named_parameters()):
            if parameter.ndim == 1:
                parameter.add_(0.02 * torch.randn(parameter.shape))
    return model


def make(name, seed, is_larger=False):
    """The model of that name, its weights drawn by the seed at a scale that makes logits of size 1."""
    settings = DECODERS[name][1]
    model = drawn(name, larger(settings) if is_larger else settings, seed)
    config = model.config
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, parameter in sorted(model.named_parameters()):
            parameter.copy_(initial(key, parameter, generator, config))
    return model


def initial(key, parameter, generator, config):
    noise = torch.randn(parameter.shape, generator=generator)
    gemma = config.model_type.startswith("gemma")
    if key.endswith("A_log"):
        # States that last for tens of tokens, as those of trained models.
        return noise - 2.0
    if parameter.ndim == 1:
        around_zero = gemma or (config.model_type == "qwen3_5_text" and "linear_attn" not in key)
        gain = key.endswith("weight") and not around_zero
        return (1.0 if gain else 0.0) + 0.2 * noise
    if any(part in key for part in ("embed", "wte", "wpe", "lm_head")):
        # Large tied embeddings would make a model repeat its last token.
        return noise * (0.1 if gemma else 0.2 if config.tie_word_embeddings else 0.5)
    return noise * 1.2 / math.sqrt(min(parameter.shape))
