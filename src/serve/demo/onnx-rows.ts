/** Rows of tokens that an exported model continues, by whichever ONNX Runtime is at hand. */

/** What of `Tensor` and `InferenceSession` is used: onnxruntime-web's and onnxruntime-node's are such. */
export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OnnxRuntime {
  tensor(type: "int64" | "float32", data: BigInt64Array | Float32Array, dims: number[]): OnnxTensor;
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}

export interface OnnxShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

export class OnnxRows {
  readonly #runtime: OnnxRuntime;
  readonly #batch: number;
  #past: Readonly<Record<string, OnnxTensor>>;
  #length = 0;

  constructor(runtime: OnnxRuntime, { layers, kvHeads, headDim }: OnnxShape, batch: number) {
    this.#runtime = runtime;
    this.#batch = batch;
    const names = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
    const none = () => runtime.tensor("float32", new Float32Array(), [batch, kvHeads, 0, headDim]);
    this.#past = Object.fromEntries(names.map((name) => [`past_key_values.${name}`, none()]));
  }

  /**
   * @param rows new tokens, equally many of each.
   * @returns logits after the last of each, which the caller may change.
   */
  async read(rows: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const count = rows[0]!.length;
    const total = this.#length + count;
    const integers = (at: (row: number, place: number) => number, width: number) =>
      this.#runtime.tensor(
        "int64",
        BigInt64Array.from({ length: this.#batch * width }, (_, i) =>
          BigInt(at(Math.floor(i / width), i % width)),
        ),
        [this.#batch, width],
      );
    const results = await this.#runtime.run({
      ...this.#past,
      input_ids: integers((row, place) => rows[row]![place]!, count),
      attention_mask: integers(() => 1, total),
      position_ids: integers((_, place) => this.#length + place, count),
    });
    this.#length = total;
    this.#past = Object.fromEntries(
      Object.entries(results)
        .filter(([name]) => name.startsWith("present."))
        .map(([name, tensor]) => [name.replace("present", "past_key_values"), tensor]),
    );
    const logits = results.logits!.data as Float32Array;
    const size = results.logits!.dims[2]!;
    return rows.map((_, row) =>
      logits.slice(((row + 1) * count - 1) * size, (row + 1) * count * size),
    );
  }
}
