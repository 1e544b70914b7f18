/**
 * Learns the merges of a byte-level BPE: the most frequent pair of neighbours becomes a token, over
 * and over, until the vocabulary is full. Equal counts are settled by the tokens' age, so the same
 * texts always give the same vocabulary.
 */
import { byteCharacters, toByteCharacters } from "./bytes.ts";
import { BytePairEncoding } from "./model.ts";
import { learnMerges } from "./pairs.ts";
import { splitWords } from "./words.ts";

export interface BytePairTraining {
  /** Tokens wanted, the 256 bytes included; fewer come out when the texts hold no more pairs. */
  readonly vocabularySize: number;
  /** A pair seen more rarely than this is not merged; 2 when left out. */
  readonly minimumFrequency?: number;
}

/** @throws RangeError when the size wanted is below the 256 bytes. */
export function trainBytePairs(
  texts: Iterable<string>,
  training: BytePairTraining,
): BytePairEncoding {
  if (!Number.isInteger(training.vocabularySize) || training.vocabularySize < 256) {
    throw new RangeError(
      `a byte-level vocabulary needs at least 256 tokens, not ${training.vocabularySize}`,
    );
  }
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const alphabet = [...byteCharacters].sort();
  const ids = new Map(alphabet.map((character, id) => [character, id]));
  const sequences = [...counts].map(([word, count]) => ({
    ids: Array.from(toByteCharacters(word), (character) => ids.get(character)!),
    count,
  }));
  const pairs = learnMerges(sequences, {
    firstId: alphabet.length,
    merges: training.vocabularySize - alphabet.length,
    minimumFrequency: training.minimumFrequency ?? 2,
  });

  const tokens = [...alphabet];
  const merges: [string, string][] = [];
  for (const { left, right } of pairs) {
    merges.push([tokens[left]!, tokens[right]!]);
    tokens.push(tokens[left]! + tokens[right]!);
  }
  return new BytePairEncoding(withoutRepeats(tokens, merges));
}

/** Two pairs may spell the same token (`a`+`bc`, `ab`+`c`); the later one then makes no new id. */
function withoutRepeats(tokens: readonly string[], merges: [string, string][]) {
  return { tokens: [...new Set(tokens)], merges };
}
