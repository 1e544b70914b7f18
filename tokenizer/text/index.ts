/** Raw SVG over a base model's tokenizer. */
export {
  defaultTextOptions,
  parseTextOptions,
  type TextOptions,
  TextOptionsError,
} from "./options.ts";
export {
  createTextRepresentation,
  type TextRepresentation,
  type TextSettings,
  textFromJSON,
} from "./representation.ts";
