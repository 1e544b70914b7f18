/** In what form a model's weights are kept on the engine, and what that takes. */
import { bytesOf, ops, type Shape, sizeOf } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { type ParameterSpec, parameterSpecs } from "../decoder/parameters.ts";

/**
 * `int8`, `int4` and `nf4` are for the matrices of linear layers. The tables of tokens are kept more
 * exactly: as `int8` with the first two, as `bfloat16` with `nf4`, as QLoRA has it; `nf4-double` keeps
 * the scales of `nf4` in a byte each, too. Gains, biases and positions are float32 always, and so is
 * whatever is trained.
 */
export const weightDtypes = ["float32", "bfloat16", "int8", "int4", "nf4", "nf4-double"] as const;
export type WeightDtype = (typeof weightDtypes)[number];

/** How one parameter is kept; `block` is the numbers that share a scale. */
export type ParameterFormat =
  | { readonly format: "float32" | "bfloat16" }
  | { readonly format: BlockFormat; readonly block: number };

export type BlockFormat = Exclude<ops.QuantizedFormat, "bfloat16">;

/** Small enough that the loss suffers little, and what the engines' kernels are fast with. */
const usualBlock = { int8: 64, int4: 32, nf4: 64, "nf4-double": 64 } as const;
/** Smaller ones have no kernel. */
const smallestBlock = 16;

const tokenTables: ReadonlySet<string> = new Set(["embedding.weight", "head.weight"]);
const formatOfTables = {
  float32: "float32",
  bfloat16: "bfloat16",
  int8: "int8",
  int4: "int8",
  nf4: "bfloat16",
  "nf4-double": "bfloat16",
} as const satisfies Record<WeightDtype, WeightDtype>;

/** A matrix whose rows do not divide into blocks is kept as bfloat16. */
export function parameterFormat(
  { name, shape, decay }: Pick<ParameterSpec, "name" | "shape" | "decay">,
  weightDtype: WeightDtype,
): ParameterFormat {
  const isMatrix = decay && shape.length === 2;
  if (!isMatrix) return { format: "float32" };
  const format = tokenTables.has(name) ? formatOfTables[weightDtype] : weightDtype;
  if (format === "float32" || format === "bfloat16") return { format };
  const block = blockFor(shape[1]!, usualBlock[format]);
  return block === null ? { format: "bfloat16" } : { format, block };
}

function blockFor(columns: number, usual: number): number | null {
  for (let block = usual; block >= smallestBlock; block /= 2) {
    if (columns % block === 0) return block;
  }
  return null;
}

/** Bytes of a parameter with its scales. */
export function parameterBytes(shape: Shape, kept: ParameterFormat): number {
  if (!("block" in kept)) return bytesOf({ dtype: kept.format, shape });
  const size = sizeOf(shape);
  const scales = size / kept.block;
  const ofScales =
    kept.format === "nf4-double" ? scales + 4 * sizeOf(ops.outerShape([scales])) : 4 * scales;
  return size * bytesPerCode[kept.format] + ofScales;
}

export const bytesPerCode = {
  int8: 1,
  int4: 0.5,
  nf4: 0.5,
  "nf4-double": 0.5,
} as const satisfies Record<BlockFormat, number>;

/** Bytes of a decoder's weights. */
export function weightBytes(config: DecoderConfig, weightDtype: WeightDtype): number {
  return parameterSpecs(config).reduce(
    (total, spec) => total + parameterBytes(spec.shape, parameterFormat(spec, weightDtype)),
    0,
  );
}
