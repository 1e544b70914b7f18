/**
 * AdamW whose moments are kept in eight bits (Dettmers et al. 2022, "8-bit Optimizers via Block-wise
 * Quantization", arXiv 2110.02861), in the format of bitsandbytes: blocks of 256 elements, each with its
 * largest absolute value, and the dynamic code of 256 numbers, signed for the mean and unsigned for the
 * square. A step computes in float32 and rounds what it keeps. Small tensors keep float32 moments.
 * 2.03 bytes a parameter.
 */
import { type Engine, ops, type Shape, sizeOf, type Value } from "../../engine/index.ts";
import { type AdamWOptions, adamScalars, adamwRule } from "./adamw.ts";
import { CompiledOptimizer, type UpdateRule } from "./compiled-optimizer.ts";
import type { OptimisedParameter } from "./optimizer.ts";

const block = 256;
/** Tensors of fewer elements keep float32 moments: bitsandbytes' `min_8bit_size`. */
const leastElements = 4096;

const leastScale = 2 ** -126;

const codes = { first: ops.dynamicCodes, second: ops.unsignedDynamicCodes } as const;

/**
 * Of each moment the codes, `<parameter>.first` and `<parameter>.second`, and the blocks' largest values,
 * `<parameter>.firstScale` and `<parameter>.secondScale`.
 */
export class AdamW8bit extends CompiledOptimizer {
  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: AdamWOptions) {
    super(engine, parameters, adamw8bitRule(options));
  }
}

function adamw8bitRule(options: AdamWOptions): UpdateRule {
  const whole = adamwRule(options);
  return {
    name: "adamw-8bit",
    weightDecay: options.weightDecay,
    stateOf(shape) {
      const size = sizeOf(shape);
      if (size < leastElements) return whole.stateOf(shape);
      const blocks = Math.ceil(size / block);
      const kept = { dtype: "uint8", shape: [blocks, block] } as const;
      const scale = { dtype: "float32", shape: [blocks, 1] } as const;
      return { first: kept, second: kept, firstScale: scale, secondScale: scale };
    },
    scalars: (figures) => adamScalars(options, figures),
    update(inputs) {
      const { shape } = inputs.parameter;
      if (sizeOf(shape) < leastElements) return whole.update(inputs);
      const { first, second, firstScale, secondScale } = inputs.state;
      const moments = {
        first: fromBlocks(decoded(first!, firstScale!, codes.first), shape),
        second: fromBlocks(decoded(second!, secondScale!, codes.second), shape),
      };
      const next = whole.update({ ...inputs, state: moments });
      const [m, v] = [inBlocks(next.state.first!), inBlocks(next.state.second!)];
      const kept = { first: encoded(m, codes.first), second: encoded(v, codes.second) };
      return {
        parameter: next.parameter,
        state: {
          first: kept.first.code,
          second: kept.second.code,
          firstScale: kept.first.scale,
          secondScale: kept.second.scale,
        },
      };
    },
  };
}

/** The last block is filled up with zeros. */
function inBlocks(x: Value): Value {
  const size = sizeOf(x.shape);
  const blocks = Math.ceil(size / block);
  const flat = ops.reshape(x, [size]);
  const filled = blocks * block === size ? flat : ops.pad(flat, 0, 0, blocks * block - size);
  return ops.reshape(filled, [blocks, block]);
}

function fromBlocks(blocks: Value, shape: Shape): Value {
  const size = sizeOf(shape);
  const filled = sizeOf(blocks.shape);
  const flat = ops.reshape(blocks, [filled]);
  return ops.reshape(filled === size ? flat : ops.slice(flat, 0, 0, size), shape);
}

/** @param code uint8 `[blocks, 256]`; @param scale float32 `[blocks, 1]`. */
function decoded(code: Value, scale: Value, table: Float32Array): Value {
  const numbers = code.graph.constant(table, [table.length], "float32");
  return ops.multiply(ops.gather(numbers, ops.cast(code, "int32")), scale);
}

/** The nearest code of each element, found by halving the table eight times. */
function encoded(x: Value, table: Float32Array): { code: Value; scale: Value } {
  const { graph } = x;
  const middles = Float32Array.from(table.subarray(1), (each, i) => (each + table[i]!) / 2);
  const bounds = graph.constant(middles, [middles.length], "float32");
  const scale = ops.max(ops.absolute(x), [1], true);
  // Nothing is divided by zero: a block of zeros stays one.
  const share = ops.divide(x, ops.maximum(scale, leastScale));
  let index: Value = graph.constant(Int32Array.of(0), [1, 1], "int32");
  for (let half = table.length / 2; half >= 1; half /= 2) {
    const bound = ops.gather(bounds, ops.add(index, half - 1));
    const above = ops.cast(ops.greater(share, bound), "int32");
    index = ops.add(index, ops.multiply(above, half));
  }
  return { code: ops.cast(index, "uint8"), scale };
}
