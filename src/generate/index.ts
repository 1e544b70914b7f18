/** From captions to drawings. */
export { type DrawnDrawing, type DrawOptions, SvgGenerator } from "./drawer.ts";
export { numberTokens } from "./number-tokens.ts";
