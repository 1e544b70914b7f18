/** OmniSVG's vocabulary and numbering. */
export type { OmniSvgOptions } from "./numbering.ts";
export {
  createOmniSvgRepresentation,
  type OmniSvgRepresentation,
  type OmniSvgSettings,
  omniSvgFromJSON,
  readOmniSvgRepresentation,
} from "./representation.ts";
