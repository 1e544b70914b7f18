/** Any representation, again from what its `toJSON` gave. */
import { readOmniSvgRepresentation } from "./omnisvg/index.ts";
import { readPathRepresentation } from "./path/index.ts";
import type { Representation } from "./representation.ts";
import { readTokenizerFile, TokenizerFileError } from "./tokenizer-file.ts";

/** @throws TokenizerFileError naming the place of the first thing that is wrong. */
export function representationFromJSON(json: unknown): Representation {
  const file = readTokenizerFile(json);
  const name = file.settings.representation;
  switch (name) {
    case "path":
      return readPathRepresentation(file);
    case "omnisvg":
      return readOmniSvgRepresentation(file);
    default:
      throw new TokenizerFileError(
        "model.pathloom.representation",
        `${JSON.stringify(name)} is no representation that this version knows`,
      );
  }
}
