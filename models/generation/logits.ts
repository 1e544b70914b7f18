/** The logits of whole sequences, without a cache: for inspection and comparison. */

import type { Value } from "../../engine/index.ts";
import { PathloomError } from "../../errors/index.ts";
import { type DecoderOutput, decoder, head } from "../decoder/decoder.ts";
import type { Weights } from "../decoder/weights.ts";
import type { Model } from "../model.ts";

export class TokenError extends PathloomError {
  override readonly name: string = "TokenError";
  override readonly code: string = "ERR_TOKEN";
}

/**
 * @param rows token ids, equally many in each row.
 * @returns `[batch size, sequence length, vocabulary]`, row-major.
 * @throws TokenError when rows differ in length, are longer than the context, or name an unknown token.
 */
export function logits(model: Model, rows: readonly (readonly number[])[]): Float32Array {
  const { config } = model;
  const widths = [config.vocabularySize];
  return outputsOf(model, rows, "logits", widths, (weights, { hidden }) => [
    head(config, weights, hidden),
  ])[0]!;
}

/**
 * What the layers compute, for comparison layer by layer: embeddings, then the output of each layer,
 * the last after the final norm, as `transformers` gives them.
 * @param rows as of {@link logits}.
 * @returns each `[batch size, sequence length, hidden size]`, row-major.
 * @throws TokenError as {@link logits}.
 */
export function hiddenStates(model: Model, rows: readonly (readonly number[])[]): Float32Array[] {
  const { layers, hiddenSize: width } = model.config;
  const widths = new Array<number>(layers + 1).fill(width);
  return outputsOf(model, rows, "states", widths, (_, { states, hidden }) => [
    ...states.slice(0, -1),
    hidden,
  ]);
}

/** @param widths of the outputs that are chosen. */
function outputsOf(
  model: Model,
  rows: readonly (readonly number[])[],
  name: string,
  widths: readonly number[],
  choose: (weights: Weights, output: DecoderOutput) => readonly Value[],
): Float32Array[] {
  const { engine, config } = model;
  const sequenceLength = checkRows(rows, config);
  const shape = [rows.length, sequenceLength];
  const program = model.programs.get(`${name} ${rows.length}x${sequenceLength}`, (graph) => {
    const { weights } = model.weightsIn(graph);
    const tokens = graph.input("tokens", shape, "int32");
    const positions = graph.input("positions", shape, "int32");
    const input = { tokens, positions, segments: null, caches: null };
    const chosen = choose(weights, decoder(config, weights, input));
    for (const [i, value] of chosen.entries()) graph.output(`${name}.${i}`, value);
  });
  const type = { dtype: "int32", shape } as const;
  const fed = {
    tokens: engine.buffer(type, Int32Array.from(rows.flat())),
    positions: engine.buffer(
      type,
      Int32Array.from({ length: rows.length * sequenceLength }, (_, i) => i % sequenceLength),
    ),
  };
  const outputs = widths.map((width) =>
    engine.buffer({ dtype: "float32", shape: [...shape, width] }),
  );
  try {
    program.run(
      { ...model.parameterBuffers, ...fed },
      Object.fromEntries(outputs.map((output, i) => [`${name}.${i}`, output])),
    );
    return outputs.map((output) => (output.read() as Float32Array).slice());
  } finally {
    for (const buffer of [...Object.values(fed), ...outputs]) buffer.dispose();
  }
}

/** @returns the common length. */
function checkRows(
  rows: readonly (readonly number[])[],
  { contextLength: context, vocabularySize }: Model["config"],
): number {
  const sequenceLength = rows[0]?.length ?? 0;
  if (sequenceLength === 0) throw new TokenError("no tokens to compute logits of");
  if (sequenceLength > context)
    throw new TokenError(`${sequenceLength} tokens exceed the context of ${context}`);
  for (const [i, row] of rows.entries()) {
    if (row.length !== sequenceLength) {
      throw new TokenError(`row ${i} has ${row.length} tokens, row 0 has ${sequenceLength}`);
    }
    const unknown = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
    if (unknown !== undefined) {
      throw new TokenError(`row ${i} has token ${unknown}; ids go from 0 to ${vocabularySize - 1}`);
    }
  }
  return sequenceLength;
}
