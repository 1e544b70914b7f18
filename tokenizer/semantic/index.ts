/** LLM4SVG's semantic tokens over a base model's tokenizer. */
export { llm4svgToSvg } from "./llm4svg.ts";
export {
  defaultSemanticOptions,
  llm4svgOptions,
  parseSemanticOptions,
  type SemanticOptions,
  SemanticOptionsError,
} from "./options.ts";
export {
  createSemanticTokenizer,
  type SemanticSettings,
  type SemanticTokenizer,
  semanticFromJSON,
} from "./tokenizer.ts";
export { semanticTokens, type TokenDescription } from "./tokens.ts";
