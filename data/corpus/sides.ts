/**
 * What captions say of a mirrored drawing: words of sides are exchanged (*arrow left* becomes
 * *arrow right*); where a caption speaks of what has one right way round (letters, digits, clocks,
 * check marks, currencies, reading and writing), there is no mirrored drawing.
 */

/** Each is exchanged for the other. */
const pairs: readonly (readonly [string, string])[] = [
  ["left", "right"],
  ["leftward", "rightward"],
  ["leftwards", "rightwards"],
  ["west", "east"],
  ["northwest", "northeast"],
  ["southwest", "southeast"],
  ["clockwise", "counterclockwise"],
  ["cw", "ccw"],
  ["previous", "next"],
  ["backward", "forward"],
  ["backwards", "forwards"],
];

const exchanged = new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));

/** Of one letter or digit, or with a digit in it: it is likely written in the drawing. */
const fixedWords = new RegExp(
  `\\b(${[
    "letters?|alphabet|abc|fonts?|text|texts|typography|typeface|writing|word|words|words?mark|initials|language",
    "numbers?|numerals?|digits?|numeric|math|maths|mathematics|formula|percent|percentage|sum|sigma|root|pi|infinity",
    "greater|less|slash|backslash|hash|hashtag|ampersand|asterisk|quotes?|quotation|comma|semicolon|apostrophe|brackets?|braces?|parenthes[ei]s",
    "clocks?|watch|watches|time|timer|timezone|hours?|minutes?|o'clock|stopwatch|history|calendar|schedule",
    "check|checks|checked|checkmark|checklist|tick|ticked|done|verified|approved|correct",
    "currency|currencies|money|dollars?|euros?|pounds?|yen|rupees?|bitcoin|coins?|cash|price",
    "francs?|lira|pesos?|rubles?|won|shekels?|krona|krone|zloty|cents?|litecoin|ethereum",
    "php|html|css|jsx?|tsx?|vue|xml|sql|csv|pdf|docx?|xls|ppt|txt|zip|svg|png|jpe?g|bmp|gif|https?|api|ce|tm|hd|sd|uhd|vr|tv|usb|nfc|qr|qrcode|barcode",
    "brands?|logos?|logotypes?|trademark|copyright|copyleft|bluetooth|flags?|countr(?:y|ies)|zodiac|gender",
    "music|notes?|clef|treble|keyboard|piano|signature|subtitles|captions?|translate|spell|spelling|italic|underline",
    "start|end|first|last|back|front|undo|redo|rewind|skip|return|enter|exit|indent|outdent",
    "sign in|sign out|log in|log out|login|logout|signin|signout|question|help|reply|az|za",
    "right angle|right triangle|copyright|left over|map|world|globe|earth|maps|countries|dna|pisa",
    "\\p{L}|\\p{L}?\\p{N}[\\p{L}\\p{N}]*",
  ].join("|")})\\b`,
  "u",
);

/** Words of sides are known in English alone: what may be another language is not mirrored. */
const otherLetters = /[^\P{L}a-z]/u;

const isFixed = (text: string) => fixedWords.test(text) || otherLetters.test(text);

/** Whether a drawing with this caption means the same when it is flipped, word for word. */
export function mayMirror(captions: readonly string[]): boolean {
  return !captions.some((caption) => isFixed(caption) || exchangeSides(caption) !== caption);
}

/**
 * The captions of the mirrored drawing, or null where there is none that is true.
 * @param words all that is known of the drawing, also what these captions do not say.
 * @param symmetric whether the drawing looks the same when flipped: then words of sides speak of
 * both, and to exchange them would be wrong.
 */
export function mirroredCaptions(
  captions: readonly string[],
  words: readonly string[],
  symmetric: boolean,
): readonly string[] | null {
  const said = [...captions, ...words.map((word) => word.replaceAll(/[-_]+/g, " ").toLowerCase())];
  if (said.some(isFixed)) return null;
  const turned = captions.map(exchangeSides);
  const changed = turned.some((caption, index) => caption !== captions[index]);
  return changed && symmetric ? null : [...new Set(turned)];
}

/** Every word of sides in place of its other. */
function exchangeSides(caption: string): string {
  return caption.replaceAll(/\p{L}+/gu, (word) => exchanged.get(word) ?? word);
}
