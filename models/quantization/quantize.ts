/**
 * Numbers to codes and scales and back, block by block. The formats are those of the engine's
 * `ops.StoredMatrix`; all arithmetic is float32's.
 */
import { ops } from "../../engine/index.ts";
import type { BlockFormat } from "./weight-dtype.ts";

const { fround } = Math;

/**
 * @param values whole blocks.
 * @param codes gets the codes, one or two a byte; `scales` a scale a block.
 */
export function quantize(
  format: BlockFormat,
  values: Float32Array,
  block: number,
  codes: Uint8Array,
  scales: Float32Array,
): void {
  const encode = encoders[format];
  for (let i = 0; i < scales.length; i++) {
    scales[i] = encode(values, i * block, (i + 1) * block, codes);
  }
}

/**
 * Scales to a code of a byte each, group by group, as `nf4-double` has them: as bitsandbytes, but that a
 * number about halfway between two codes may get the other one.
 * @param outer gets the mean and each group's unit.
 */
export function quantizeScales(scales: Float32Array, codes: Uint8Array, outer: Float32Array): void {
  const mean = fround(scales.reduce((sum, scale) => sum + scale, 0) / scales.length);
  const above = scales.map((scale) => scale - mean);
  outer[0] = mean;
  for (let group = 1; group < outer.length; group++) {
    const end = Math.min(group * ops.scaleGroup, scales.length);
    const start = (group - 1) * ops.scaleGroup;
    const unit = Math.abs(extreme(above, start, end));
    const factor = unit === 0 ? 0 : fround(1 / unit);
    outer[group] = unit;
    for (let i = start; i < end; i++)
      codes[i] = nearest(dynamicBoundaries, fround(above[i]! * factor));
  }
}

/** The scales that codes stand for. */
export function dequantizeScales(codes: Uint8Array, outer: Float32Array): Float32Array {
  return Float32Array.from(codes, (code, i) => {
    const unit = outer[1 + Math.floor(i / ops.scaleGroup)]!;
    return fround(ops.dynamicCodes[code]! * unit) + outer[0]!;
  });
}

/** The numbers that codes and scales stand for. */
export function dequantize(
  format: BlockFormat,
  codes: Uint8Array,
  scales: Float32Array,
  block: number,
): Float32Array {
  const values = new Float32Array(scales.length * block);
  const unit = units[format];
  for (let i = 0; i < values.length; i++) {
    values[i] = unit(codes, i) * scales[Math.floor(i / block)]!;
  }
  return values;
}

/** Encodes one block and returns its scale. */
type Encode = (values: Float32Array, start: number, end: number, codes: Uint8Array) => number;

const encoders: Readonly<Record<BlockFormat, Encode>> = {
  int8(values, start, end, codes) {
    const scale = fround(Math.abs(extreme(values, start, end)) / 127);
    for (let i = start; i < end; i++) {
      codes[i] = scale === 0 ? 128 : roundHalfEven(values[i]! / scale) + 128;
    }
    return scale;
  },

  /** The scale has the sign that lets the largest number take -8, the code that has no positive twin. */
  int4(values, start, end, codes) {
    const scale = fround(extreme(values, start, end) / -8);
    const code = (value: number) =>
      scale === 0 ? 8 : Math.min(15, roundHalfEven(value / scale) + 8);
    for (let i = start; i < end; i += 2) {
      codes[i >> 1] = code(values[i]!) | (code(values[i + 1]!) << 4);
    }
    return scale;
  },

  nf4: encodeNormal,
  "nf4-double": encodeNormal,
};

function encodeNormal(values: Float32Array, start: number, end: number, codes: Uint8Array): number {
  const scale = Math.abs(extreme(values, start, end));
  const factor = scale === 0 ? 0 : fround(1 / scale);
  for (let i = start; i < end; i += 2) {
    const earlier = nearest(normalBoundaries, fround(values[i]! * factor));
    codes[i >> 1] = (earlier << 4) | nearest(normalBoundaries, fround(values[i + 1]! * factor));
  }
  return scale;
}

/** The number farthest from zero, with its sign. */
function extreme(values: Float32Array, start: number, end: number): number {
  let found = 0;
  for (let i = start; i < end; i++) {
    if (Math.abs(values[i]!) > Math.abs(found)) found = values[i]!;
  }
  return found;
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Halfway between what each code stands for and the next. */
function boundariesOf(numbers: ArrayLike<number>): Float32Array {
  return Float32Array.from(
    { length: numbers.length - 1 },
    (_, code) => (numbers[code]! + numbers[code + 1]!) / 2,
  );
}

const normalBoundaries = boundariesOf(ops.normalFloat4);
const dynamicBoundaries = boundariesOf(ops.dynamicCodes);

/** The code of the number next to `value`; of the lower one of two equally near. */
function nearest(boundaries: Float32Array, value: number): number {
  let code = 0;
  for (let step = (boundaries.length + 1) >> 1; step > 0; step >>= 1) {
    if (value > boundaries[code + step - 1]!) code += step;
  }
  return code;
}

const half = (codes: Uint8Array, i: number, high: boolean) =>
  high ? codes[i >> 1]! >> 4 : codes[i >> 1]! & 15;

function normalUnit(codes: Uint8Array, i: number): number {
  return fround(ops.normalFloat4[half(codes, i, i % 2 === 0)]!);
}

const units: Readonly<Record<BlockFormat, (codes: Uint8Array, i: number) => number>> = {
  int8: (codes, i) => codes[i]! - 128,
  int4: (codes, i) => half(codes, i, i % 2 === 1) - 8,
  nf4: normalUnit,
  "nf4-double": normalUnit,
};
