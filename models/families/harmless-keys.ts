/**
 * Keys of config.json that do not change what a decoder computes, so that whatever else is in a file and
 * is not read can be refused: a key that nobody knows may be the one that changes the numbers.
 */

/** Of every file, whatever their value: names, tokens, ways to run, heads of other tasks, how it was trained. */
const harmless = new Set([
  ..."model_type architectures transformers_version torch_dtype dtype auto_map name_or_path".split(
    " ",
  ),
  ..."tokenizer_class finetuning_task task_specific_params prefix language license".split(" "),
  ..."bos_token_id eos_token_id pad_token_id sep_token_id cls_token_id mask_token_id".split(" "),
  ..."unk_token_id decoder_start_token_id forced_bos_token_id forced_eos_token_id".split(" "),
  ..."im_start_token_id im_end_token_id".split(" "),
  ..."use_cache return_dict return_dict_in_generate output_attentions output_hidden_states".split(
    " ",
  ),
  ..."output_scores output_logits torchscript use_bfloat16 tf_legacy_loss use_flash_attn".split(
    " ",
  ),
  ..."attn_implementation cache_implementation experts_implementation use_kernels".split(" "),
  ..."chunk_size_feed_forward pretraining_tp gradient_checkpointing tie_last_hidden_states".split(
    " ",
  ),
  ..."id2label label2id num_labels problem_type is_decoder cross_attention_hidden_size".split(" "),
  ..."tie_encoder_decoder pruned_heads initializer_range model_max_length".split(" "),
  // Heads beside the decoder, which are in a file of their own.
  "future_heads",
  // Dropout is the trainer's.
  ..."attention_dropout hidden_dropout resid_pdrop embd_pdrop attn_pdrop dropout".split(" "),
  ..."residual_dropout embedding_dropout classifier_dropout summary_first_dropout".split(" "),
  // Generation has settings of its own; transformers drops them from the model's, too.
  ..."max_length max_new_tokens min_length min_new_tokens do_sample early_stopping".split(" "),
  ..."num_beams num_beam_groups diversity_penalty temperature top_k top_p min_p typical_p".split(
    " ",
  ),
  ..."epsilon_cutoff eta_cutoff repetition_penalty encoder_repetition_penalty".split(" "),
  ..."length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids".split(" "),
  ..."num_return_sequences remove_invalid_values exponential_decay_length_penalty".split(" "),
  ..."suppress_tokens begin_suppress_tokens renormalize_logits".split(" "),
]);

/** Private to the program that wrote the file. */
const harmlessPrefixes = ["_", "unsloth_", "transformers.js_"];

/** Switches of other models: harmless where they are off, and refused where a family does not read them. */
const off = new Set([
  ..."is_encoder_decoder add_cross_attention use_bidirectional_attention alibi use_mrope".split(
    " ",
  ),
  ..."attention_bias mlp_bias use_bias use_qkv_bias qkv_bias bias use_sliding_window".split(" "),
  ..."qk_layernorm use_qk_norm qk_norm scale_attn_by_inverse_layer_idx".split(" "),
  ..."apply_residual_connection_post_layernorm parallel_attn use_parallel_residual".split(" "),
  ..."scale_embedding tie_word_embeddings".split(" "),
]);

/** Keys whose value leaves everything as it is. */
const neutral: Readonly<Record<string, unknown>> = {
  is_causal: true,
  scale_attn_weights: true,
  partial_rotary_factor: 1,
};

/** Whether a key that a family does not read changes nothing with this value. */
export function isHarmless(key: string, value: unknown): boolean {
  if (value === null || harmless.has(key)) return true;
  if (harmlessPrefixes.some((prefix) => key.startsWith(prefix))) return true;
  return (off.has(key) && value === false) || neutral[key] === value;
}
