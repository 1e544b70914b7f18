/** Any representation, again from what its `toJSON` gave. */
import { omniSvgFromJSON } from "./omnisvg/index.ts";
import { readPathRepresentation } from "./path/index.ts";
import { promptTemplateIn, withPromptTemplate } from "./prompt-template.ts";
import type { Representation } from "./representation.ts";
import { semanticFromJSON } from "./semantic/index.ts";
import { textFromJSON } from "./text/index.ts";
import { readTokenizerFile, TokenizerFileError } from "./tokenizer-file.ts";

/**
 * @throws TokenizerFileError, or for the representations over a base tokenizer BaseTokenizerError,
 *   naming the place of the first thing that is wrong.
 */
export function representationFromJSON(json: unknown): Representation {
  return withPromptTemplate(plainFromJSON(json), promptTemplateIn(json));
}

function plainFromJSON(json: unknown): Representation {
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
  if (name === "path") return readPathRepresentation(file);
  throw new TokenizerFileError(
    "model.pathloom.representation",
    `${JSON.stringify(name)} is no representation that this version knows`,
  );
}

/** The representation that a file says it is of; undefined where it says nothing. */
function nameIn(json: unknown): unknown {
  return ["model", "pathloom", "representation"].reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
    json,
  );
}
