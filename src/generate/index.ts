/** From captions to drawings. */
export { type DrawnDrawing, type DrawOptions, type FreeDrawing, SvgGenerator } from "./drawer.ts";
export { endedByItself } from "./ended.ts";
export { numberTokens } from "./number-tokens.ts";
