/** The normalizers of tokenizer files: what happens to a text before it is split into words. */
import { choiceAt, listAt, objectAt, textAt, unsupported } from "./json.ts";
import { literalRegex, translateRegex } from "./regex.ts";

export type Normalizer = (text: string) => string;

const unicodeForms = ["NFC", "NFD", "NFKC", "NFKD"] as const;

/** @throws BaseTokenizerError for a normalizer that is not supported. */
export function readNormalizer(json: unknown, place: string): Normalizer {
  if (json === null || json === undefined) return (text) => text;
  const node = objectAt(json, place);
  const type = textAt(node.type, `${place}.type`);
  switch (type) {
    case "Sequence": {
      const steps = listAt(node.normalizers, `${place}.normalizers`).map((step, i) =>
        readNormalizer(step, `${place}.normalizers[${i}]`),
      );
      return (text) => steps.reduce((current, step) => step(current), text);
    }
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD": {
      const form = choiceAt(type, `${place}.type`, unicodeForms);
      return (text) => text.normalize(form);
    }
    case "Prepend": {
      const prefix = textAt(node.prepend, `${place}.prepend`);
      return (text) => (text === "" ? text : prefix + text);
    }
    case "Replace": {
      const pattern = readPattern(node.pattern, `${place}.pattern`);
      const content = textAt(node.content, `${place}.content`);
      return (text) => text.replace(pattern, () => content);
    }
    default:
      throw unsupported(`${place}.type`, `the normalizer ${type}`);
  }
}

/** `{ "String": … }` or `{ "Regex": … }`. */
export function readPattern(json: unknown, place: string): RegExp {
  const node = objectAt(json, place);
  if (node.String !== undefined) {
    return literalRegex(textAt(node.String, `${place}.String`));
  }
  return translateRegex(textAt(node.Regex, `${place}.Regex`), `${place}.Regex`);
}
