/**
 * Which weights an engine may pack. Products with a packed matrix are faster, a generation step up to
 * twice, and the packed copy takes as much memory again. A matrix can be packed while it never changes.
 */
import { type Buffer, bytesOf } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { parameterSpecs } from "../decoder/parameters.ts";
import type { QuantizedParameter } from "./quantized-parameter.ts";
import { type ParameterFormat, parameterFormat, type WeightDtype } from "./weight-dtype.ts";

/** Of float32 matrices; those of larger decoders are not packed, as they would take twice the memory. */
const mostPrepackedBytes = 2 ** 30;

type Buffers = Readonly<Record<string, Buffer>>;

export interface Prepackable {
  readonly exactly: Buffers;
  /** Those, and others whose products, packed, are less exact. */
  readonly forGeneration: Buffers;
}

/** @param frozen whether float32 parameters never change; those in fewer bits never do. */
export function prepackableOf(
  parameters: readonly QuantizedParameter[],
  frozen: boolean,
): Prepackable {
  const buffersOf = (wanted: (kept: ParameterFormat) => boolean) =>
    parameters.filter(({ kept }) => wanted(kept)).flatMap(({ buffers }) => [...buffers]);
  const matrices = buffersOf(isFloat).filter(([, { type }]) => type.shape.length === 2);
  const bytes = matrices.reduce((sum, [, { type }]) => sum + bytesOf(type), 0);
  const exactly = Object.fromEntries(frozen && bytes <= mostPrepackedBytes ? matrices : []);
  const inexact = buffersOf(isInexact);
  // An engine packs once for each of these objects.
  const forGeneration =
    inexact.length === 0 ? exactly : { ...exactly, ...Object.fromEntries(inexact) };
  return { exactly, forGeneration };
}

/** What the packed copies of a frozen decoder's float32 matrices take. */
export function prepackedBytes(config: DecoderConfig, weightDtype: WeightDtype): number {
  const bytes = parameterSpecs(config)
    .filter((spec) => spec.shape.length === 2 && isFloat(parameterFormat(spec, weightDtype)))
    .reduce((sum, { shape }) => sum + bytesOf({ dtype: "float32", shape }), 0);
  return bytes <= mostPrepackedBytes ? bytes : 0;
}

const isFloat = ({ format }: ParameterFormat): boolean => format === "float32";

/** A product with codes of whole bytes or halves rounds what it is multiplied with, too. */
const isInexact = ({ format }: ParameterFormat): boolean => format === "int8" || format === "int4";
