/** What a caption names, for the question whether two captions share a word. */

/** They say nothing of what is drawn: `bell off` and `camera off` are not alike for their `off`. */
const silent = new Set([
  ...["a", "an", "and", "at", "by", "for", "from", "in"],
  ...["of", "off", "on", "or", "the", "to", "with"],
]);

/** What stands before the first comma: the name, without the tags that may follow. */
export function nameIn(caption: string): string {
  return (caption.split(",")[0] ?? "").trim().toLowerCase();
}

/**
 * The words of a caption's name that count: runs of letters and digits in lower case, but for articles,
 * prepositions and `off`. Letters and digits that stand alone count: `x` is what a close button shows.
 */
export function contentWords(caption: string): ReadonlySet<string> {
  const words = nameIn(caption)
    .normalize("NFKC")
    .split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word !== "" && !silent.has(word)));
}

export function shareWord(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const word of a) if (b.has(word)) return true;
  return false;
}
