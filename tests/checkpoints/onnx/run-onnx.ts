/** An exported model run as any program would: by onnxruntime-node's own interface. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { DecoderConfig } from "../../../models/index.ts";

export type Past = Readonly<Record<string, Tensor>>;

/** Tokens of each row; null is padding. */
export type Rows = readonly (readonly (number | null)[])[];

export class OnnxDecoder {
  readonly #session: InferenceSession;
  readonly #config: DecoderConfig;

  constructor(session: InferenceSession, config: DecoderConfig) {
    this.#session = session;
    this.#config = config;
  }

  static async of(file: Uint8Array | string, config: DecoderConfig): Promise<OnnxDecoder> {
    const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
    const session =
      typeof file === "string"
        ? await InferenceSession.create(file, options)
        : await InferenceSession.create(file, options);
    return new OnnxDecoder(session, config);
  }

  empty(batch: number): Past {
    const { layers, kvHeads, headDim } = this.#config;
    const names = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
    const none = () => new Tensor("float32", new Float32Array(), [batch, kvHeads, 0, headDim]);
    return Object.fromEntries(names.map((name) => [`past_key_values.${name}`, none()]));
  }

  /**
   * @param rows of all tokens so far.
   * @param read how many of them lie in `past`.
   * @returns logits `[batch, new tokens, vocabulary]`, and the past with the new tokens.
   */
  async run(
    rows: Rows,
    read = 0,
    past: Past = this.empty(rows.length),
  ): Promise<{ readonly logits: Float32Array; readonly past: Past }> {
    const total = rows[0]!.length;
    const integers = (values: readonly number[], width: number) =>
      new Tensor("int64", BigInt64Array.from(values, BigInt), [rows.length, width]);
    const positions = rows.map((row) => {
      let next = 0;
      return row.map((id) => (id === null ? 0 : next++));
    });
    const fed = {
      input_ids: integers(
        rows.flatMap((row) => row.slice(read).map((id) => id ?? 0)),
        total - read,
      ),
      attention_mask: integers(
        rows.flatMap((row) => row.map((id) => (id === null ? 0 : 1))),
        total,
      ),
      position_ids: integers(
        positions.flatMap((row) => row.slice(read)),
        total - read,
      ),
    };
    const results = await this.#session.run({ ...fed, ...past });
    const next = Object.entries(results)
      .filter(([name]) => name.startsWith("present."))
      .map(([name, value]) => [name.replace("present", "past_key_values"), value as Tensor]);
    return { logits: results.logits!.data as Float32Array, past: Object.fromEntries(next) };
  }

  async greedy(prompt: readonly number[], count: number): Promise<number[]> {
    const ids = [...prompt];
    let state = await this.run([ids]);
    for (let drawn = 0; drawn < count; drawn++) {
      const last = state.logits.subarray(-this.#config.vocabularySize);
      ids.push(last.indexOf(Math.max(...last)));
      if (drawn + 1 < count) state = await this.run([ids], ids.length - 1, state.past);
    }
    return ids.slice(prompt.length);
  }
}

/** The largest difference, over the largest of the expected numbers. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(found[i]! - expected[i]!);
    // A number that is none is no small difference.
    if (!(apart <= difference)) difference = apart;
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return difference / size;
}
