/**
 * What two sets' names of one thing have in common: the words in any order, without those that say
 * the style, and with the sides made one, since a mirrored drawing bears the other side's name.
 */

const styleWords = new Set(
  "outline outlined filled fill solid line bold thin light regular duotone".split(" "),
);

const sides: Readonly<Record<string, string>> = {
  right: "left",
  east: "west",
  northeast: "northwest",
  southeast: "southwest",
  counterclockwise: "clockwise",
  anticlockwise: "clockwise",
  ccw: "cw",
  previous: "next",
  prev: "next",
};

/** @param name in words, as a plain caption is. Empty where nothing is left. */
export function nameKey(name: string): string {
  const words = name.split(/[\s,]+/).filter((word) => word !== "" && !styleWords.has(word));
  return words
    .map((word) => sides[word] ?? word)
    .sort()
    .join(" ");
}
