/**
 * GPT-2's split of a text into words before BPE: English contractions, letters, digits and other
 * signs, each with at most one space in front; merges never cross the border of two words.
 */
const contraction = "'(?:s|t|re|ve|m|ll|d)";
const space = "\\p{White_Space}";
const word = new RegExp(
  [
    contraction,
    " ?\\p{L}+",
    " ?\\p{N}+",
    ` ?[^${space}\\p{L}\\p{N}]+`,
    `${space}+(?!\\P{White_Space})`,
    `${space}+`,
  ].join("|"),
  "gu",
);

export function splitWords(text: string): string[] {
  return text.match(word) ?? [];
}
