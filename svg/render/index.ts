/** Renders drawings to pictures and compares these. For Node alone: the renderer is native. */
export { isBlank, type Pixels, pixelError } from "./pixels.ts";
export { encodePng } from "./png.ts";
export { RenderError, type RenderOptions, renderPixels, renderPng } from "./render.ts";
