/** config.json of a CLIP: what it leaves out is what transformers takes. */
import { z } from "zod";

const size = z.number().int().min(1).max(100_000);
const act = z.enum(["quick_gelu", "gelu"]).default("quick_gelu");
const eps = z.number().positive().max(1).default(1e-5);

const text = z.object({
  hidden_size: size.default(512),
  intermediate_size: size.default(2048),
  num_hidden_layers: size.default(12),
  num_attention_heads: size.default(8),
  max_position_embeddings: size.default(77),
  vocab_size: size.default(49_408),
  hidden_act: act,
  layer_norm_eps: eps,
});

const vision = z.object({
  hidden_size: size.default(768),
  intermediate_size: size.default(3072),
  num_hidden_layers: size.default(12),
  num_attention_heads: size.default(12),
  image_size: size.max(2048).default(224),
  patch_size: size.max(2048).default(32),
  hidden_act: act,
  layer_norm_eps: eps,
});

export const clipConfigSchema = z.object({
  model_type: z.literal("clip"),
  text_config: text.prefault({}),
  vision_config: vision.prefault({}),
  projection_dim: size.default(512),
});

export type ClipConfig = z.output<typeof clipConfigSchema>;

/** Of either tower. */
export interface ClipTower {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly hidden_act: "quick_gelu" | "gelu";
  readonly layer_norm_eps: number;
}
