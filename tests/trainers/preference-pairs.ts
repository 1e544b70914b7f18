/** Pairs of drawings for tests of preferences. */
import { TokenDataset, TokenTableBuilder } from "../../data/index.ts";

/** Captions of three tokens; of each pair the chosen drawing begins with 5, the rejected with 6. */
export function preferencePairs(count: number, vocabulary: number): TokenDataset {
  const prompts = new TokenTableBuilder(vocabulary);
  const drawings = new TokenTableBuilder(vocabulary);
  for (let i = 0; i < count; i++) {
    prompts.add([1, 7 + (i % 5), 3]);
    drawings.add([2, 5, ...Array.from({ length: 3 + (i % 4) }, (_, j) => 8 + ((i + j) % 9)), 4]);
    drawings.add([2, 6, ...Array.from({ length: 2 + (i % 3) }, (_, j) => 9 + ((i * j) % 9)), 4]);
  }
  const steps = (step: number) => Uint32Array.from({ length: count + 1 }, (_, i) => i * step);
  return new TokenDataset({
    ids: Array.from({ length: count }, (_, i) => `pair ${i}`),
    texts: Array.from({ length: count }, () => ["a caption"]),
    prompts: prompts.build(),
    captionStarts: steps(1),
    drawings: drawings.build(),
    drawingStarts: steps(2),
  });
}
