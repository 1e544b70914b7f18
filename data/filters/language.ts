/**
 * The language of captions: by their script where they are short, by trigrams (Cavnar and Trenkle 1994;
 * `franc-min`) from a sentence on. Words alone (*euro*, *maximize*) tell no language and are kept.
 */
import { francAll } from "franc-min";

/** Fewer letters are judged by their script alone. */
const leastLetters = 30;

/**
 * How near to the likeliest language one of those asked for must come, 0 to 1. English captions of
 * icons, 30 letters and more, come to 0.9 where another is likelier; translated ones to 0.7 at most.
 */
const nearEnough = 0.8;

/** Scripts that a locale's code stands for, as regular expressions know them. */
const scriptsOf: Readonly<Record<string, readonly string[]>> = {
  Hans: ["Hani"],
  Hant: ["Hani"],
  Jpan: ["Hani", "Hira", "Kana"],
  Kore: ["Hang", "Hani"],
};

const known = new Map<string, { readonly codes: readonly string[]; readonly script: RegExp }>();

/** Whether a caption is surely in none of the languages. @param languages codes of ISO 639. */
export function isForeign(caption: string, languages: readonly string[]): boolean {
  const letters = caption.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return false;
  const { codes, script } = asked(languages);
  const own = letters.filter((letter) => script.test(letter)).length;
  if (2 * own < letters.length) return true;
  if (letters.length < leastLetters) return false;
  const found = francAll(caption);
  const near = found.filter(([code]) => codes.includes(canonical(code)));
  // A language that the table does not hold cannot be told from others.
  const judged = found.length > 1 && near.length > 0;
  return judged && Math.max(...near.map(([, score]) => score)) < nearEnough;
}

function asked(languages: readonly string[]) {
  const key = languages.join(" ");
  const found = known.get(key);
  if (found !== undefined) return found;
  const scripts = languages.flatMap((code) => {
    const { script = "Latn" } = new Intl.Locale(code).maximize();
    return scriptsOf[script] ?? [script];
  });
  const pattern = [...new Set(scripts)].map((script) => `\\p{Script=${script}}`).join("|");
  const made = { codes: languages.map(canonical), script: new RegExp(pattern, "u") };
  known.set(key, made);
  return made;
}

/** `en` of `eng`. */
function canonical(code: string): string {
  return Intl.getCanonicalLocales(code)[0] ?? code;
}
