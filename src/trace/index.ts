/** From images to drawings: one, or a folder of them as a data set. */

export { TraceError, type TraceFault } from "./errors.ts";
export { imagePng, type SheetPair, traceSheet } from "./folder/sheet.ts";
export { type TracedFolder, type TraceFolderRequest, traceFolder } from "./folder/trace-folder.ts";
export type { Background } from "./image/background.ts";
export type { Bitmap, Raster } from "./image/raster.ts";
export { formatOf, type ImageFormat, openDecoder } from "./image/read-image.ts";
export type { TraceOptions, TraceSettings } from "./options.ts";
export { type TracedImage, traceImage } from "./trace-image.ts";
export { type TraceRequest, type TraceResult, traceTo } from "./trace-to.ts";
export { openTracer } from "./tracers/open-tracer.ts";
export { type Tracer, type TracerName, tracerNames } from "./tracers/tracer.ts";
