/**
 * LAION's predictor of how well people like a picture, from its CLIP embedding of unit length: linear
 * layers without anything between them (`sac+logos+ava1-l14-linearMSE`, ViT-L/14), or a single one
 * (`sa_0_4_vit_l_14_linear`). From 1 to 10.
 */
import { z } from "zod";
import { MetricError } from "../errors.ts";
import { openTensors } from "./open-tensors.ts";
import { readJson } from "./read-json.ts";

interface Layer {
  readonly name: string;
  readonly out: number;
  readonly inner: number;
  /** `[out][inner]` */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

const jsonFile = z.record(
  z.string(),
  z.union([z.array(z.number()), z.array(z.array(z.number()).min(1)).min(1)]),
);

export class AestheticPredictor {
  readonly #file: string;
  readonly #layers: readonly Layer[];

  /**
   * @param file safetensors with the names of the PyTorch file (`layers.0.weight`, `layers.0.bias`, …; or
   * `weight` and `bias`), or JSON with the same names and nested lists.
   * @throws MetricError where the layers do not follow each other down to one value.
   */
  constructor(file: string) {
    this.#file = file;
    const tensors = /\.json$/i.test(file) ? fromJson(file) : fromSafetensors(file);
    this.#layers = layersOf(file, tensors);
  }

  /** Values of an embedding. */
  get width(): number {
    return this.#layers[0]!.inner;
  }

  /** @param embedding `[width]`, of unit length. @throws MetricError for another width. */
  score(embedding: Float32Array): number {
    if (embedding.length !== this.width) {
      throw new MetricError(
        `${this.#file}: it judges embeddings of ${this.width} values, but the CLIP gives ${embedding.length}; LAION's goes with ViT-L/14 (openai/clip-vit-large-patch14)`,
      );
    }
    let values: Float64Array = Float64Array.from(embedding);
    for (const { out, inner, weight, bias } of this.#layers) {
      const before = values;
      values = Float64Array.from({ length: out }, (_, row) => {
        let sum = bias[row]!;
        for (let i = 0; i < inner; i++) sum += weight[row * inner + i]! * before[i]!;
        return sum;
      });
    }
    return values[0]!;
  }
}

type Tensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>;

function fromSafetensors(file: string): Tensors {
  const opened = openTensors(file);
  try {
    return new Map(
      [...opened.tensors].map(([name, { shape }]) => [
        name,
        { shape: [...shape], data: opened.readFloat32(name) },
      ]),
    );
  } finally {
    opened.close();
  }
}

function fromJson(file: string): Tensors {
  const read = readJson(file, "the layers of a predictor", (json) => jsonFile.parse(json));
  return new Map(
    Object.entries(read).map(([name, rows]) => {
      const [first] = rows;
      const shape = Array.isArray(first) ? [rows.length, first.length] : [rows.length];
      return [name, { shape, data: Float32Array.from(rows.flat()) }];
    }),
  );
}

function layersOf(file: string, tensors: Tensors): Layer[] {
  const names = [...tensors.keys()].filter((name) => /(^|\.)weight$/.test(name));
  const number = (name: string) => Number(/\d+/.exec(name)?.[0] ?? 0);
  const layers = names
    .sort((a, b) => number(a) - number(b))
    .map((name): Layer => {
      const weight = tensors.get(name)!;
      const bias = tensors.get(name.replace(/weight$/, "bias"));
      const [out = 0, inner = 0] = weight.shape;
      if (weight.data.length !== out * inner || bias?.data.length !== out) {
        throw new MetricError(`${file}: ${name} and its bias do not fit each other`);
      }
      return { name, out, inner, weight: weight.data, bias: bias.data };
    });
  const last = layers.at(-1);
  const broken = layers.find(({ inner }, i) => i > 0 && inner !== layers[i - 1]!.out);
  if (last === undefined || last.out !== 1 || broken !== undefined) {
    const found = layers.map(({ name, out, inner }) => `${name} [${out}, ${inner}]`).join(", ");
    throw new MetricError(
      `${file}: expected linear layers that follow each other down to one value, but found ${found || "none"}`,
    );
  }
  return layers;
}
