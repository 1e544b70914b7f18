/**
 * Scales of blocks that are kept in a byte each: double quantization (Dettmers et al. 2023, "QLoRA",
 * arXiv 2305.14314, section 3), as bitsandbytes has it. In the order of the matrix, 256 scales make a
 * group. What they are above the mean of all is kept as a code, in units of the largest of the group.
 */
import type { Shape, Value } from "../graph/index.ts";
import { add, multiply } from "./arithmetic.ts";
import { gather } from "./indexing.ts";
import { cast } from "./logic.ts";
import { reshape } from "./shapes.ts";

/** Scales that share a scale of their own. */
export const scaleGroup = 256;

/**
 * What the 256 codes stand for, from the least to the largest: zero, one, and the middles of equal
 * parts between a tenth and the whole of each power of ten down to a millionth, of either sign, with
 * half as many for each next one (Dettmers 2016, "8-Bit Approximations for Parallelism in Deep
 * Learning", arXiv 1511.04561). Rounded to float32 at each step, as bitsandbytes gets them.
 */
export const dynamicCodes: Float32Array = makeDynamicCodes(true);

/** The same for what is never negative: twice as many positive ones in place of the negative. */
export const unsignedDynamicCodes: Float32Array = makeDynamicCodes(false);

function makeDynamicCodes(signed: boolean): Float32Array {
  const positive = Array.from({ length: 7 }, (_, power) =>
    middles(2 ** (signed ? power : power + 1)).map(
      (middle) => Math.fround(10 ** (power - 6)) * middle,
    ),
  ).flat();
  const negative = signed ? positive.map((value) => -value) : [];
  return Float32Array.from([...positive, ...negative, 0, 1]).sort();
}

/** Of `count` equal parts from 0.1 to 1. */
function middles(count: number): number[] {
  const { fround } = Math;
  const first = fround(0.1);
  const step = fround(fround(1 - first) / count);
  // From the nearer end, as torch.linspace.
  const ends = Array.from({ length: count + 1 }, (_, i) =>
    fround(i < (count + 1) >> 1 ? first + step * i : 1 - step * (count - i)),
  );
  return Array.from({ length: count }, (_, i) => fround(fround(ends[i]! + ends[i + 1]!) / 2));
}

/** Of the tensor that holds the mean of all scales, then each group's unit. */
export function outerShape(scales: Shape): [number] {
  const count = scales.reduce((product, size) => product * size, 1);
  return [1 + Math.ceil(count / scaleGroup)];
}

/**
 * The scales as float32.
 * @param codes uint8 `[rows, blocks]`
 * @param outer float32 `[1 + groups]`
 */
export function expandScales(codes: Value, outer: Value): Value {
  const { graph, shape } = codes;
  const count = shape.reduce((product, size) => product * size, 1);
  const table = graph.constant(dynamicCodes, [256], "float32");
  const groups = Int32Array.from({ length: count }, (_, i) => 1 + Math.floor(i / scaleGroup));
  const units = gather(outer, graph.constant(groups, [count], "int32"));
  const mean = gather(outer, graph.constant(Int32Array.of(0), [1], "int32"));
  const above = multiply(gather(table, cast(reshape(codes, [count]), "int32")), units);
  return reshape(add(above, mean), shape);
}
