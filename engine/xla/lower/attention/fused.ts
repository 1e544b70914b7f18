/**
 * Attention as one kernel of cuDNN, by the custom call that JAX emits (`jax/_src/cudnn`): scores, softmax
 * and what it weighs never leave the card's registers, forward and backward. Factors are bfloat16. With
 * segments the kernel is given what is added to the scores, 0 or next to minus infinity.
 */
import type { Shape, TensorType } from "../../../graph/index.ts";
import type { AttentionAttributes, CausalAttentionGradientAttributes } from "../../../ops/index.ts";
import { devicesOf } from "../../mesh/index.ts";
import type { LowerOptions, Site } from "../lowering.ts";
import { tensorText, typeOf } from "../types.ts";
import type { Term, Writer } from "../writer.ts";

type Options = Pick<LowerOptions, "attention" | "precision" | "mesh">;

/** What the kernel is for: no more than 128 numbers of a head, eight by eight, an even number of positions. */
export function isFused(
  query: Shape,
  { softcap, slopes, window }: AttentionAttributes,
  { attention, precision, mesh }: Options,
): boolean {
  const [, , sequenceLength, width] = query as [number, number, number, number];
  const isWanted = attention?.fused === true && precision === "bfloat16" && devicesOf(mesh) === 1;
  const isPlain = softcap === 0 && slopes.length === 0 && window === 0;
  return isWanted && isPlain && width <= 128 && width % 8 === 0 && sequenceLength % 2 === 0;
}

/** Outputs and logarithms of the rows' sums. */
export function attendFused(
  writer: Writer,
  { inputs, attributes }: Pick<Site<AttentionAttributes>, "inputs" | "attributes">,
): Term[] {
  const [query, key, value, segments] = inputs as [Term, Term, Term, Term?];
  const { shape } = query.type;
  const bias = segments === undefined ? [] : [biasOf(writer, segments)];
  const operands = [...halves(writer, [query, key, value]), ...bias];
  const results = [typeOf("bfloat16", shape), typeOf("float32", shape.slice(0, -1))];
  const target = bias.length === 0 ? "fmhaSoftmax" : "fmhaScaleBiasSoftmax";
  const config = configOf(query, key, attributes.scale, forwardProducts);
  const [output, logSums] = call(writer, target, operands, results, config) as [Term, Term];
  return [writer.convert(output, "float32"), logSums];
}

export function differentiateFused(
  writer: Writer,
  { inputs, attributes }: Site<CausalAttentionGradientAttributes>,
): Term[] {
  const [query, key, value, output, logSums, gradient] = inputs as [Term, Term, Term, ...Term[]];
  const bias = attributes.hasSegments ? [biasOf(writer, inputs[6]!)] : [];
  const [q, k, v, o, ofOutput] = halves(writer, [query, key, value, output!, gradient!]) as [
    ...[Term, Term, Term],
    ...[Term, Term],
  ];
  const operands = [q, k, v, logSums!, ofOutput, ...bias, o];
  const results = [query, key, value].map(({ type }) => typeOf("bfloat16", type.shape));
  const target = bias.length === 0 ? "fmhaSoftmaxBackward" : "fmhaScaleBiasSoftmaxBackward";
  const config = configOf(query, key, attributes.scale, backwardProducts);
  const found = call(writer, target, operands, results, config);
  return found.map((each) => writer.convert(each, "float32"));
}

const halves = (writer: Writer, terms: readonly Term[]): Term[] =>
  terms.map((each) => writer.convert(each, "bfloat16"));

/** Such a sum of two of them is still a number: what JAX has in its place, too. */
const outOfSight = -(2 ** 41);

/** `[batch, 1, queries, keys]`: 0 within a segment. */
function biasOf(writer: Writer, segments: Term): Term {
  const [batch, length] = segments.type.shape as [number, number];
  const shape = [batch, 1, length, length];
  const along = (axes: Shape): Term => writer.broadcast(writer.reshape(segments, axes), shape);
  const isSame = writer.compare("EQ", along([batch, 1, length, 1]), along([batch, 1, 1, length]));
  const type = typeOf("bfloat16", shape);
  return writer.select(isSame, writer.splat(0, type), writer.splat(outOfSight, type));
}

/** The workspace's size is the compiler's to say. */
const workspace = "tensor<0xui8>";

function call(
  writer: Writer,
  target: string,
  operands: readonly Term[],
  results: readonly TensorType[],
  config: object,
): Term[] {
  const layouts = (ranks: readonly number[]): string => ranks.map(layoutText).join(", ");
  const rankOf = ({ shape }: TensorType): number => shape.length;
  const given = layouts(operands.map(({ type }) => rankOf(type)));
  const made = layouts([...results.map(rankOf), 1]);
  const text = JSON.stringify(config).replaceAll('"', "\\22");
  const attributes = `api_version = 2 : i32, backend_config = "${text}", operand_layouts = [${given}], result_layouts = [${made}]`;
  const names = operands.map(({ name }) => name).join(", ");
  const types = operands.map(({ type }) => tensorText(type)).join(", ");
  const outputs = [...results.map(tensorText), workspace].join(", ");
  const all = writer.emitAll(
    `stablehlo.custom_call @__cudnn$${target}(${names}) {${attributes}} : (${types}) -> (${outputs})`,
    [...results, typeOf("uint8", [0])],
  );
  return all.slice(0, results.length);
}

/** Row by row, as `dense<[2, 1, 0]> : tensor<3xindex>`. */
function layoutText(rank: number): string {
  const axes = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return `dense<[${axes.join(", ")}]> : tensor<${rank}xindex>`;
}

/** Which axes of the factors are summed over; rows and heads go along. */
type Products = Readonly<Record<string, readonly [left: number, right: number]>>;

const forwardProducts: Products = { bmm1: [3, 3], bmm2: [3, 2] };
const backwardProducts: Products = {
  bmm1_grad_gemm1: [2, 2],
  bmm1_grad_gemm2: [3, 2],
  bmm2_grad_gemm1: [2, 2],
  bmm2_grad_gemm2: [3, 3],
};

/** `CudnnfMHABackendConfig` of `xla/service/gpu/backend_configs.proto`, as JSON. */
function configOf(query: Term, key: Term, scale: number, products: Products): object {
  const [batch, heads, sequenceLength] = query.type.shape as [number, number, number];
  const along = { lhs_batch_dimensions: ["0", "1"], rhs_batch_dimensions: ["0", "1"] };
  const numbers = Object.entries(products).map(([name, [left, right]]) => {
    const summed = {
      lhs_contracting_dimensions: [String(left)],
      rhs_contracting_dimensions: [String(right)],
    };
    return [`${name}_dot_dimension_numbers`, { ...summed, ...along }] as const;
  });
  return {
    operation_queue_id: "0",
    wait_on_operation_queues: [],
    cudnn_fmha_backend_config: {
      algorithm: {
        algo_id: "0",
        math_type: "TENSOR_OP_MATH",
        tuning_knobs: { "17": "1", "24": "0" },
        is_cudnn_frontend: true,
        workspace_size: "0",
      },
      fmha_scale: scale,
      dropout_rate: 0,
      intermediate_tensor_shape: {
        element_type: "BF16",
        dimensions: [batch, heads, sequenceLength, key.type.shape[2]!].map(String),
        tuple_shapes: [],
        layout: { minor_to_major: ["3", "2", "1", "0"] },
        is_dynamic_dimension: [false, false, false, false],
      },
      seed: 0,
      is_flash_attention: true,
      mask_type: "CAUSAL",
      sliding_window_length: 0,
      ...Object.fromEntries(numbers),
    },
  };
}
