/** Raw SVG over a base model's tokenizer. */
export {
  defaultTextOptions,
  parseTextOptions,
  type TextOptions,
  TextOptionsError,
} from "./options.ts";
export {
  createTextTokenizer,
  type TextSettings,
  type TextTokenizer,
  textFromJSON,
} from "./tokenizer.ts";
