/** Reads, canonicalises, prints and measures drawings. Knows nothing of tokens. Runs in a browser. */
export { canonicalise } from "./canonical/canonicalise.ts";
export type { Canvas } from "./canonical/shown.ts";
export { drawingsEqual, isCanonical } from "./compare.ts";
export type * from "./drawing.ts";
export { type DropReason, type DropReport, dropReasons } from "./drops.ts";
export { SvgError, type SvgErrorCode } from "./errors.ts";
export type { CanonicalOptions } from "./options.ts";
export { defaultCanonicalOptions } from "./options.ts";
export { type ParsedDrawing, type ParseOptions, parseDrawing } from "./parse.ts";
export { DrawingStream, printDrawing } from "./print/print.ts";
export type { TextOutliner } from "./text.ts";
export { decodeSvg } from "./xml/encoding.ts";
