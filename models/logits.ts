/** The logits of whole sequences, without a cache: for inspection and comparison. */

import { decoder, head } from "./decoder.ts";
import type { Model } from "./model.ts";

export class TokenError extends Error {
  override readonly name = "TokenError";
}

/**
 * @param rows token ids, equally many in each row.
 * @returns `[rows, time, vocabulary]`, row-major.
 * @throws TokenError when rows differ in length, are longer than the context, or name an unknown token.
 */
export function logits(model: Model, rows: readonly (readonly number[])[]): Float32Array {
  const { engine, config } = model;
  const time = checkRows(rows, config);
  const shape = [rows.length, time];
  const program = model.programs.get(`logits ${rows.length}x${time}`, (graph) => {
    const { weights } = model.weightsIn(graph);
    const tokens = graph.input("tokens", shape, "int32");
    const positions = graph.input("positions", shape, "int32");
    const input = { tokens, positions, segments: null, caches: null };
    graph.output("logits", head(config, weights, decoder(config, weights, input).hidden));
  });
  const type = { dtype: "int32", shape } as const;
  const fed = {
    tokens: engine.buffer(type, Int32Array.from(rows.flat())),
    positions: engine.buffer(
      type,
      Int32Array.from({ length: rows.length * time }, (_, i) => i % time),
    ),
  };
  const output = engine.buffer({ dtype: "float32", shape: [...shape, config.vocabularySize] });
  try {
    program.run({ ...model.parameterBuffers, ...fed }, { logits: output });
    return (output.read() as Float32Array).slice();
  } finally {
    for (const buffer of [...Object.values(fed), output]) buffer.dispose();
  }
}

/** @returns the common length. */
function checkRows(
  rows: readonly (readonly number[])[],
  { context, vocabularySize }: Model["config"],
): number {
  const time = rows[0]?.length ?? 0;
  if (time === 0) throw new TokenError("no tokens to compute logits of");
  if (time > context) throw new TokenError(`${time} tokens exceed the context of ${context}`);
  for (const [i, row] of rows.entries()) {
    if (row.length !== time) {
      throw new TokenError(`row ${i} has ${row.length} tokens, row 0 has ${time}`);
    }
    const unknown = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
    if (unknown !== undefined) {
      throw new TokenError(`row ${i} has token ${unknown}; ids go from 0 to ${vocabularySize - 1}`);
    }
  }
  return time;
}
