/** CLIP's two towers as graphs: causal over a caption's tokens, and over a picture's patches. */

import { type Graph, ops, type Value } from "../../../../engine/index.ts";
import type { ClipConfig, ClipTower } from "./clip-config.ts";

/** A parameter by its name in the file, as an input of the graph. */
export type Parameter = (name: string, shape: readonly number[]) => Value;

/** Low enough that exp of it is 0. */
const never = -1e9;

/**
 * Adds `tokens`, int32 `[n, length]`, and `ends`, int32 `[n]`: the row-major place of each end token.
 * @returns `[n, projection]` of unit length.
 */
export function textTower(
  graph: Graph,
  { text_config: config, projection_dim: projection }: ClipConfig,
  parameter: Parameter,
  [n, length]: readonly [number, number],
): Value {
  const { hidden_size: width, vocab_size: words, max_position_embeddings: most } = config;
  const tokens = graph.input("tokens", [n, length], "int32");
  const embeddings = "text_model.embeddings";
  const table = parameter(`${embeddings}.token_embedding.weight`, [words, width]);
  const positions = parameter(`${embeddings}.position_embedding.weight`, [most, width]);
  const embedded = ops.add(ops.embedding(table, tokens), ops.slice(positions, 0, 0, length));
  const mask = Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? never : 0,
  );
  const causal = graph.constant(mask, [length, length], "float32");
  const hidden = encoder(embedded, config, parameter, "text_model", causal);
  const normed = norm(hidden, config, parameter, "text_model.final_layer_norm");
  const rows = ops.reshape(normed, [n * length, width]);
  const pooled = ops.gather(rows, graph.input("ends", [n], "int32"));
  return unit(ops.linear(pooled, parameter("text_projection.weight", [projection, width])));
}

/**
 * Adds `patches`, `[n, patches, 3 * patch * patch]`: pixels by channel, then row, then column.
 * @returns `[n, projection]` of unit length.
 */
export function visionTower(
  graph: Graph,
  { vision_config: config, projection_dim: projection }: ClipConfig,
  parameter: Parameter,
  n: number,
): Value {
  const { hidden_size: width, patch_size: patch, image_size: size } = config;
  const count = Math.floor(size / patch) ** 2;
  const inner = 3 * patch * patch;
  const patches = graph.input("patches", [n, count, inner]);
  const embeddings = "vision_model.embeddings";
  const kernel = parameter(`${embeddings}.patch_embedding.weight`, [width, 3, patch, patch]);
  const seen = ops.linear(patches, ops.reshape(kernel, [width, inner]));
  const own = parameter(`${embeddings}.class_embedding`, [width]);
  const zeros = graph.constant(new Float32Array(n * width), [n, 1, width], "float32");
  const all = ops.concat([ops.add(zeros, own), seen], 1);
  const positions = parameter(`${embeddings}.position_embedding.weight`, [count + 1, width]);
  const embedded = norm(
    ops.add(all, positions),
    config,
    parameter,
    // Spelt so in the files.
    "vision_model.pre_layrnorm",
  );
  const hidden = encoder(embedded, config, parameter, "vision_model", null);
  const first = ops.reshape(ops.slice(hidden, 1, 0, 1), [n, width]);
  const pooled = norm(first, config, parameter, "vision_model.post_layernorm");
  return unit(ops.linear(pooled, parameter("visual_projection.weight", [projection, width])));
}

function encoder(
  embedded: Value,
  config: ClipTower & { readonly intermediate_size: number },
  parameter: Parameter,
  model: string,
  mask: Value | null,
): Value {
  let hidden = embedded;
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `${model}.encoder.layers.${i}`;
    const before = norm(hidden, config, parameter, `${layer}.layer_norm1`);
    hidden = ops.add(hidden, attention(before, config, parameter, `${layer}.self_attn`, mask));
    const middle = norm(hidden, config, parameter, `${layer}.layer_norm2`);
    const { hidden_size: width, intermediate_size: wide } = config;
    const inner = affine(middle, parameter, `${layer}.mlp.fc1`, wide, width);
    const active =
      config.hidden_act === "gelu"
        ? ops.gelu(inner)
        : ops.multiply(inner, ops.sigmoid(ops.multiply(inner, 1.702)));
    hidden = ops.add(hidden, affine(active, parameter, `${layer}.mlp.fc2`, width, wide));
  }
  return hidden;
}

function attention(
  x: Value,
  { hidden_size: width, num_attention_heads: heads }: ClipTower,
  parameter: Parameter,
  name: string,
  mask: Value | null,
): Value {
  const [n, length] = x.shape as [number, number];
  const each = width / heads;
  const split = (part: string) => {
    const projected = affine(x, parameter, `${name}.${part}_proj`, width, width);
    return ops.transpose(ops.reshape(projected, [n, length, heads, each]), [0, 2, 1, 3]);
  };
  const scores = ops.matmul(split("q"), split("k"), {
    transposeB: true,
    scale: 1 / Math.sqrt(each),
  });
  const weights = ops.softmax(mask === null ? scores : ops.add(scores, mask));
  const mixed = ops.transpose(ops.matmul(weights, split("v")), [0, 2, 1, 3]);
  return affine(
    ops.reshape(mixed, [n, length, width]),
    parameter,
    `${name}.out_proj`,
    width,
    width,
  );
}

function affine(x: Value, parameter: Parameter, name: string, out: number, inner: number): Value {
  return ops.linear(x, parameter(`${name}.weight`, [out, inner]), parameter(`${name}.bias`, [out]));
}

function norm(x: Value, config: ClipTower, parameter: Parameter, name: string): Value {
  const { hidden_size: width, layer_norm_eps: epsilon } = config;
  const [gain, bias] = [parameter(`${name}.weight`, [width]), parameter(`${name}.bias`, [width])];
  return ops.layerNorm(x, gain, bias, epsilon);
}

function unit(x: Value): Value {
  return ops.divide(x, ops.sqrt(ops.sum(ops.square(x), [1], true)));
}
