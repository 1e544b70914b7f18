/** OmniSVG's vocabulary and numbering. */
export type { OmniSvgOptions } from "./numbering.ts";
export {
  createOmniSvgTokenizer,
  type OmniSvgSettings,
  type OmniSvgTokenizer,
  omniSvgFromJSON,
} from "./tokenizer.ts";
