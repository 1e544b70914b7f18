/** Renders drawings to pictures and compares these. For Node alone: the renderer is native. */
export { FontError } from "./font-file.ts";
export { isBlank, type Pixels, pixelError } from "./pixels.ts";
export { encodePng } from "./png.ts";
export { RenderError, type RenderOptions, renderPixels, renderPng } from "./render.ts";
export { type NamedFont, textOutliner } from "./text-outliner.ts";
