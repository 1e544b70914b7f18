/** Constants as StableHLO writes them: floats by their bits, so that none is rounded on the way. */
import {
  type DType,
  encodeBfloat16,
  sizeOf,
  type TensorData,
  type TensorType,
} from "../../graph/index.ts";

/** As `"0x0000803F"`: the elements' bytes, the lowest first. */
function hexText(data: ArrayBufferView): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return `"0x${bytes.toString("hex").toUpperCase()}"`;
}

export function scalarText(value: number, dtype: DType): string {
  if (dtype === "bool") return String(value !== 0);
  if (dtype === "int32" || dtype === "uint8") return String(value);
  const single = Float32Array.of(value);
  return hexText(dtype === "float32" ? single : encodeBfloat16(single));
}

/** The one value of all elements; null where they differ. Compared by bits: -0 is not 0. */
export function uniformValue(data: TensorData): number | null {
  const [first] = data;
  return data.length > 1 && data.every((each) => Object.is(each, first)) ? first! : null;
}

/** All elements. Booleans are written out: their bytes are packed in another way. */
export function denseText(data: TensorData, { dtype, shape }: TensorType): string {
  if (dtype !== "bool") return hexText(data);
  const flags = [...data].map((each) => each !== 0);
  return shape.length === 0 ? String(flags[0]) : nested(flags, shape);
}

/** As `[[true, false], [false, true]]`. */
function nested(flags: readonly boolean[], shape: readonly number[]): string {
  const [count = 1, ...rest] = shape;
  const size = sizeOf(rest);
  const parts = Array.from({ length: count }, (_, i) => {
    const part = flags.slice(i * size, (i + 1) * size);
    return rest.length === 0 ? String(part[0]) : nested(part, rest);
  });
  return `[${parts.join(", ")}]`;
}
