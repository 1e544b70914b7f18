/** What is said of an icon: its name in words, and its name with changing tags. */
import seedrandom from "seedrandom";

export interface CaptionOptions {
  /** Most captions an icon gets. */
  readonly variants: number;
  /** Most tags in a caption. */
  readonly tags: number;
  /** Whether drawings of a folder are called by their files' names, whatever is said beside them. */
  readonly fileNames?: boolean;
}

export const defaultCaptionOptions: CaptionOptions = { variants: 4, tags: 3 };

/** `arrow-up-az` as `arrow up az`; a caption is lower case, single-spaced and at most 200 letters. */
export function wordsOf(name: string): string {
  const spaced = name.replaceAll(/[-_.\s]+/g, " ").replaceAll(/\p{Cc}/gu, "");
  return spaced.trim().toLowerCase().slice(0, 200);
}

/** Longest caption that is taken, in letters; OmniSVG's detailed ones have some hundreds. */
const longestCaption = 4000;

/**
 * A caption that somebody wrote, as it is learnt: lower case, single-spaced, without control
 * characters; its punctuation stays.
 */
export function captionOf(text: string): string {
  const plain = text.slice(0, 2 * longestCaption).replaceAll(/[\p{Cc}\p{Cf}\s_]+/gu, " ");
  return plain.trim().toLowerCase().slice(0, longestCaption).trim();
}

/**
 * The icon's name, then its name followed by tags. Which tags is drawn at random, seeded by the
 * name: the same icon always gets the same captions.
 */
export function writeCaptions(
  name: string,
  tags: readonly string[],
  options: CaptionOptions = defaultCaptionOptions,
): string[] {
  const plain = wordsOf(name);
  const known = new Set(plain.split(" "));
  const fresh = [...new Set(tags.map(wordsOf))].filter((tag) => tag !== "" && !known.has(tag));
  const captions = new Set([plain]);
  const random = seedrandom(name);
  const most = Math.min(options.tags, fresh.length);
  for (let tries = 0; most > 0 && tries < options.variants - 1; tries++) {
    const count = 1 + Math.floor(random() * most);
    captions.add([plain, ...pick(fresh, count, random)].join(", "));
  }
  return [...captions];
}

function pick(from: readonly string[], count: number, random: () => number): string[] {
  const rest = [...from];
  return Array.from({ length: count }, () => {
    const [chosen = ""] = rest.splice(Math.floor(random() * rest.length), 1);
    return chosen;
  });
}
