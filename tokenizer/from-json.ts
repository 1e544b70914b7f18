/** Any tokenizer, again from what its `toJSON` gave. */

import { promptTemplateIn, withPromptTemplate } from "./core/prompt-template.ts";
import type { SvgTokenizer } from "./core/svg-tokenizer.ts";
import { readTokenizerFile, TokenizerFileError } from "./core/tokenizer-file.ts";
import { templatesIn, withTemplates } from "./core/with-templates.ts";
import { omniSvgFromJSON } from "./omnisvg/index.ts";
import { readPathTokenizer } from "./path/index.ts";
import { semanticFromJSON } from "./semantic/index.ts";
import { textFromJSON } from "./text/index.ts";

/**
 * The tokenizer that was saved beside a model.
 * @throws TokenizerFileError, or for the tokenizers over a base tokenizer BaseTokenizerError,
 *   naming the place of the first thing that is wrong.
 * @example
 * import { readFileSync } from "node:fs";
 *
 * const tokenizer = tokenizerFromJSON(JSON.parse(readFileSync("models/icons/tokenizer.json", "utf8")));
 */
export function tokenizerFromJSON(json: unknown): SvgTokenizer {
  const tokenizer = withPromptTemplate(plainFromJSON(json), promptTemplateIn(json));
  const templates = templatesIn(json);
  return templates === null ? tokenizer : withTemplates(tokenizer, templates);
}

function plainFromJSON(json: unknown): SvgTokenizer {
  switch (nameIn(json)) {
    case "semantic":
      return semanticFromJSON(json);
    case "text":
      return textFromJSON(json);
    case "omnisvg":
      return omniSvgFromJSON(json);
  }
  const file = readTokenizerFile(json);
  const name = file.settings.representation;
  if (name === "path") return readPathTokenizer(file);
  throw new TokenizerFileError(
    "model.pathloom.representation",
    `${JSON.stringify(name)} is no tokenizer that this version knows`,
  );
}

/** Whether a `tokenizer.json` is that of a tokenizer of drawings, and not of text alone. */
export function saysTokenizer(json: unknown): boolean {
  return nameIn(json) !== undefined;
}

/** The tokenizer that a file says it is of; undefined where it says nothing. */
function nameIn(json: unknown): unknown {
  return ["model", "pathloom", "representation"].reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
    json,
  );
}
