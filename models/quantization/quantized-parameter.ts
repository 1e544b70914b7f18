/** A parameter on an engine, stored in its weight dtype. */
import {
  type Buffer,
  decodeBfloat16,
  type Engine,
  type Graph,
  ops,
  sizeOf,
  type TensorType,
} from "../../engine/index.ts";
import type { ParameterSpec } from "../decoder/parameters.ts";
import type { WeightMatrix } from "../decoder/weight-matrix.ts";
import type { ParameterSource } from "../parameter-source.ts";
import { dequantize, dequantizeScales, quantize, quantizeScales } from "./quantize.ts";
import { bytesPerCode, type ParameterFormat } from "./weight-dtype.ts";

export type ParameterPart = Pick<ParameterSpec, "name" | "shape">;

/** The types of the tensors that store a parameter, by name. Quantized codes have scales beside them. */
function tensorsOf({ name, shape }: ParameterPart, kept: ParameterFormat): Map<string, TensorType> {
  if (!("block" in kept)) return new Map([[name, { dtype: kept.format, shape }]]);
  const [rows, columns] = shape as [number, number];
  const blocks = columns / kept.block;
  const codes = {
    dtype: "uint8",
    shape: [rows, blocks, kept.block * bytesPerCode[kept.format]],
  } as const;
  const scales = [rows, blocks];
  if (kept.format !== "nf4-double") {
    return new Map<string, TensorType>([
      [name, codes],
      [scalesOf(name), { dtype: "float32", shape: scales }],
    ]);
  }
  return new Map<string, TensorType>([
    [name, codes],
    [scalesOf(name), { dtype: "uint8", shape: scales }],
    [scalesOf(scalesOf(name)), { dtype: "float32", shape: ops.outerShape(scales) }],
  ]);
}

const scalesOf = (name: string): string => `${name}.scales`;

/** Adds a parameter's tensors as inputs of the graph. */
export function parameterInput(
  graph: Graph,
  spec: ParameterPart,
  kept: ParameterFormat,
): WeightMatrix {
  const [codes, scales, outer] = [...tensorsOf(spec, kept)].map(([name, { dtype, shape }]) =>
    graph.input(name, shape, dtype),
  );
  const { format } = kept;
  if (format === "float32") return codes!;
  const matrix = { format, codes: codes!, scales: scales ?? null } satisfies ops.QuantizedMatrix;
  return outer === undefined ? matrix : { ...matrix, scalesOfScales: outer };
}

/** Numbers that are float32 at a time on the way from a source to codes: whole blocks. */
const chunkSize = 2 ** 20;

export class QuantizedParameter {
  readonly kept: ParameterFormat;
  /** By the names of the graph's inputs. */
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly #spec: ParameterPart;

  constructor(engine: Engine, spec: ParameterPart, kept: ParameterFormat, source: ParameterSource) {
    this.#spec = spec;
    this.kept = kept;
    this.buffers = new Map(
      [...tensorsOf(spec, kept)].map(([name, type]) => [name, engine.buffer(type)]),
    );
    if ("block" in kept) this.#quantize(kept.format, kept.block, source);
    else if (kept.format === "bfloat16")
      this.#main.fill((data) => source.readBfloat16(0, data as Uint16Array));
    else this.#main.fill((data) => source.readFloat32(0, data as Float32Array));
  }

  /** The values as float32: a copy. */
  read(): Float32Array {
    const { kept } = this;
    const data = this.#main.read();
    if ("block" in kept) {
      const scales =
        kept.format === "nf4-double"
          ? dequantizeScales(this.#scales.read() as Uint8Array, this.#outer.read() as Float32Array)
          : (this.#scales.read() as Float32Array);
      return dequantize(kept.format, data as Uint8Array, scales, kept.block);
    }
    return kept.format === "bfloat16" ? decodeBfloat16(data) : (data as Float32Array).slice();
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.dispose();
  }

  get #main(): Buffer {
    return this.buffers.get(this.#spec.name)!;
  }

  get #scales(): Buffer {
    return this.buffers.get(scalesOf(this.#spec.name))!;
  }

  /** Of `nf4-double`: what the scales' codes are measured by. */
  get #outer(): Buffer {
    return this.buffers.get(scalesOf(scalesOf(this.#spec.name)))!;
  }

  #quantize(format: Parameters<typeof quantize>[0], block: number, source: ParameterSource): void {
    const size = sizeOf(this.#spec.shape);
    const bytes = bytesPerCode[format];
    this.#main.fill((codes) =>
      this.#fillScales(format, size / block, (scales) => {
        const values = new Float32Array(Math.min(size, chunkSize));
        for (let start = 0; start < size; start += values.length) {
          const part = values.subarray(0, Math.min(values.length, size - start));
          const end = start + part.length;
          source.readFloat32(start, part);
          quantize(
            format,
            part,
            block,
            codes.subarray(start * bytes, end * bytes) as Uint8Array,
            scales.subarray(start / block, end / block),
          );
        }
      }),
    );
  }

  /** Of `nf4-double`, they are float32 until all are known. */
  #fillScales(format: string, count: number, write: (scales: Float32Array) => void): void {
    if (format !== "nf4-double") {
      this.#scales.fill((scales) => write(scales as Float32Array));
      return;
    }
    const scales = new Float32Array(count);
    write(scales);
    this.#scales.fill((codes) =>
      this.#outer.fill((outer) =>
        quantizeScales(scales, codes as Uint8Array, outer as Float32Array),
      ),
    );
  }
}
