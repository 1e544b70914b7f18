/**
 * What captions say of a drawing in other colours: a colour that it names is named anew, where all that
 * was so called is called one thing now; where a word of colour may mean something else (*orange*, *gold*,
 * *rose*), or what is drawn has its colours (flags, brands, rainbows), there is no such drawing.
 */

/** Words that mean nothing but a colour, with what we call it. */
const plain: Readonly<Record<string, string>> = {
  ...{ red: "red", crimson: "red", scarlet: "red", brown: "brown", yellow: "yellow" },
  ...{ green: "green", teal: "teal", cyan: "teal", turquoise: "teal", aqua: "teal" },
  ...{ blue: "blue", navy: "blue", azure: "blue", purple: "purple", pink: "pink" },
  ...{ magenta: "pink", fuchsia: "pink" },
};

/** Words that name a colour, or a thing of that colour. */
const ambiguous = new RegExp(
  `\\b(${[
    "orange|gold|golden|rose|rosy|olive|lime|lemon|violet|lavender|indigo|amber|ruby|emerald|sapphire",
    "jade|bronze|copper|peach|cherry|salmon|coral|mint|maroon|tan|beige|cream|ivory|khaki|mauve|plum",
    "reddish|greenish|bluish|yellowish|brownish|purplish|pinkish|blonde?|ginger|hazel|chestnut|auburn",
  ].join("|")})s?\\b`,
);

/** What has colours of its own. */
const fixed =
  /\b(flags?|countr(?:y|ies)|brands?|logos?|logotypes?|traffic|rainbows?|skin|tones?|colou?r(?:s|ed|ful)?|pride|multicolou?red|national)\b/;

/**
 * The captions of a drawing in other colours, or null where there is none that is true.
 * @param words all that is known of the drawing, also what these captions do not say.
 * @param names by the name of each colour that it had, the names that these colours have now.
 */
export function recoloredCaptions(
  captions: readonly string[],
  words: readonly string[],
  names: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | null {
  const said = [...captions, ...words].map((text) => text.replaceAll(/[-_]+/g, " ").toLowerCase());
  if (said.some((text) => fixed.test(text))) return null;
  const same = [...names].every(([name, now]) => now.size === 1 && now.has(name));
  if (same) return captions;
  if (captions.some((caption) => ambiguous.test(caption.toLowerCase()))) return null;
  let unsure = false;
  const told = captions.map((caption) =>
    caption.replaceAll(/\p{L}+/gu, (word) => {
      const lower = word.toLowerCase();
      const name = Object.hasOwn(plain, lower) ? plain[lower] : undefined;
      if (name === undefined) return word;
      const [now, ...others] = names.get(name) ?? [];
      if (now === undefined || others.length > 0) unsure = true;
      return now === name ? word : (now ?? word);
    }),
  );
  return unsure ? null : told;
}
