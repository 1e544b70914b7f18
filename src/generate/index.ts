/** From captions to drawings. */
export { type DrawnDrawing, type DrawOptions, SvgGenerator } from "./drawer.ts";
