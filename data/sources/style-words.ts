/**
 * A set's style as a word of the caption: `arrow left, outline`. It is needed as soon as sets are
 * mixed, for the same name is then drawn in several ways.
 */
import seedrandom from "seedrandom";

/**
 * Of the plainest caption there is one with the word, which comes first, and one without; of the
 * others a share of them has it. Which, is drawn at random, seeded by the caption and the word.
 * @param share of the captions that say the style, 0 to 1; 1 leaves none without.
 */
export function withStyleWord(
  captions: readonly string[],
  word: string,
  share: number,
): readonly string[] {
  if (share === 0 || word === "") return captions;
  const said = (caption: string) => (says(caption, word) ? caption : `${caption}, ${word}`);
  const [plain, ...others] = captions;
  if (plain === undefined) return captions;
  const chosen = others.map((caption) => {
    const random = seedrandom(`${caption}/${word}`);
    return random() < share ? said(caption) : caption;
  });
  return [...new Set([said(plain), ...(share < 1 ? [plain] : []), ...chosen])];
}

function says(caption: string, word: string): boolean {
  return caption.split(/[ ,]+/).includes(word);
}
