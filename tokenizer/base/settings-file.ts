/**
 * A tokenizer over a base tokenizer as one `tokenizer.json`: the tokenizer's own file with the
 * added tokens, which Hugging Face `tokenizers` loads, and our settings under `model.pathloom`.
 */
import { type BaseTokenizer, BaseTokenizerError } from "./base-tokenizer.ts";
import { baseTokenizerFromJSON } from "./hugging-face.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";
import type { SpecialTokenNames } from "./special-tokens.ts";

const settingsKey = "pathloom";

export function writeSettingsFile(base: BaseTokenizer, settings: JsonObject): unknown {
  const root = objectAt(base.toJSON(), "the top");
  const model = objectAt(root.model, "model");
  const names: Record<string, string> = {};
  for (const [kind, id] of Object.entries(base.special)) {
    if (id !== undefined) names[kind] = base.token(id);
  }
  return { ...root, model: { ...model, [settingsKey]: { ...settings, special: names } } };
}

/** @throws BaseTokenizerError naming the place of the first thing that is wrong. */
export function readSettingsFile(json: unknown): {
  readonly base: BaseTokenizer;
  readonly settings: JsonObject;
} {
  const model = objectAt(objectAt(json, "the top").model, "model");
  const place = `model.${settingsKey}`;
  const settings = objectAt(model[settingsKey], place);
  const special = objectAt(settings.special, `${place}.special`);
  const names: { -readonly [Kind in keyof SpecialTokenNames]: string } = {};
  for (const kind of ["bos", "eos", "pad"] as const) {
    if (special[kind] !== undefined)
      names[kind] = textAt(special[kind], `${place}.special.${kind}`);
  }
  return { base: baseTokenizerFromJSON(json, names), settings };
}

/** The tokenizer's part of the settings. */
export function requireTokenizer(settings: JsonObject, name: string): void {
  if (settings.representation !== name) {
    throw new BaseTokenizerError(
      `model.${settingsKey}.representation`,
      `must be "${name}", not ${JSON.stringify(settings.representation)}`,
    );
  }
}
