/**
 * From an image to a drawing that keeps to a budget of tokens: ground, ink or colours, outlines, and as few
 * curves as the budget asks for.
 */
import { UsageError } from "../../errors/index.ts";
import { type Drawing, parseDrawing } from "../../svg/index.ts";
import { type Pixels, pixelError, renderPixels } from "../../svg/render/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { holdsColours } from "./colour/holds-colours.ts";
import { withoutSpeckles } from "./colour/labels.ts";
import { type Layer, layersOf } from "./colour/layers.ts";
import { silhouetteOf } from "./colour/silhouette.ts";
import { TraceError } from "./errors.ts";
import { type Background, findBackground, type Grounded } from "./image/background.ts";
import type { Raster } from "./image/raster.ts";
import { readImage } from "./image/read-image.ts";
import type { TraceOptions, TraceSettings } from "./options.ts";
import { type Outline, outlinesOf } from "./outline/outline.ts";
import { simplifyOutline } from "./outline/simplify.ts";
import { writeLayers } from "./outline/write.ts";
import { openTracer } from "./tracers/open-tracer.ts";
import type { Tracer } from "./tracers/tracer.ts";

/**
 * What became of an image.
 * @example
 * const traced: TracedImage = await traceImage("cat.png", { tokenizer, settings });
 * console.log(traced.tokens, traced.error, printDrawing(traced.drawing));
 */
export interface TracedImage {
  /** Canonical by the tokenizer's options. */
  readonly drawing: Drawing;
  /** Of the drawing, from the token that opens it to the one that ends it. */
  readonly tokens: number;
  /** Mean difference of the colour channels to the image on white, 0 to 1. */
  readonly error: number;
  /** Colours that are painted; 1 is a silhouette. */
  readonly colors: number;
  /** Units of the grid by which curves lie off what was found, at most. */
  readonly tolerance: number;
  /** Found at the borders; null where they have no common colour. */
  readonly background: Background | null;
  /** Of a silhouette: share of the largest difference to the ground from which on is ink. */
  readonly threshold: number | null;
  /** What the drawing was compared with. */
  readonly reference: Raster;
}

/**
 * Traces one image.
 * @param source a file, or its bytes
 * @param name of the image in messages
 * @throws UsageError where colours are asked for and the tokenizer holds none
 * @throws TraceError where it cannot be read, shows nothing, or takes more tokens than the budget
 * @example
 * const tokenizer = createPathTokenizer();
 * const { trace: settings } = resolveConfig({ trace: { colors: 1, maxTokens: 512 } });
 * const { drawing, tokens, error } = await traceImage("cat.png", { tokenizer, settings });
 */
export async function traceImage(
  source: string | Uint8Array,
  options: TraceOptions,
  name?: string,
): Promise<TracedImage> {
  const { settings, tokenizer } = options;
  const file = name ?? (typeof source === "string" ? source : "image");
  const image = await readImage(source, settings.size, file);
  const tracer = options.tracer ?? (await openTracer(settings.tracer));
  const coloured = holdsColours(tokenizer);
  if (!coloured && settings.colors > 1) {
    throw new UsageError(
      `trace.colors ${settings.colors}: the tokenizer holds no colours; set it to 1, or tokenizer.colors to 12-bit`,
    );
  }
  const grounded = findBackground(image);
  const { maxTokens } = settings;
  let least = Number.POSITIVE_INFINITY;
  for (const colors of colourSteps(settings.colors, maxTokens)) {
    const found = await outlinesIn(grounded, colors, options, tracer);
    if (found.layers.length === 0) break;
    for (const tolerance of toleranceSteps(settings.tolerance, maxTokens)) {
      const tried = fit(found, tolerance, tokenizer, coloured);
      if (tried === null) break;
      const { drawing, tokens } = tried;
      least = Math.min(least, tokens);
      if (maxTokens !== null && tokens > maxTokens) continue;
      const { background } = grounded;
      const { threshold, reference, layers } = found;
      const painted = new Set(layers.map(({ rgb }) => rgb)).size;
      const error = renderingError(drawing, reference);
      checkWorth(tokens, error, settings, file);
      return {
        drawing,
        tokens,
        error,
        colors: painted,
        tolerance,
        background,
        threshold,
        reference,
      };
    }
  }
  if (least === Number.POSITIVE_INFINITY) {
    throw new TraceError(`${file}: nothing is seen on its ground`);
  }
  throw new TraceError(
    `${file}: takes ${least} tokens at the least, more than the ${maxTokens} of trace.maxTokens`,
  );
}

/** @throws TraceError for a drawing that is too short or too far off to be used */
function checkWorth(tokens: number, error: number, settings: TraceSettings, file: string): void {
  const { minTokens, maxError } = settings;
  if (tokens < minTokens) {
    throw new TraceError(
      `${file}: takes ${tokens} tokens, fewer than trace.minTokens ${minTokens}`,
    );
  }
  if (maxError === null || error <= maxError) return;
  const off = error.toFixed(3);
  throw new TraceError(
    `${file}: differs by ${off} from its image, more than trace.maxError ${maxError}`,
  );
}

/** At first all colours, then half of them each time. */
function colourSteps(most: number, maxTokens: number | null): number[] {
  const steps = [most];
  while (maxTokens !== null && steps.at(-1)! > 2) steps.push(Math.ceil(steps.at(-1)! / 2));
  return steps;
}

/** Coarser than this, in units of the grid, outlines are no longer those of the image. */
const coarsest = 8;

function toleranceSteps(finest: number, maxTokens: number | null): number[] {
  const steps = [finest];
  if (maxTokens === null) return steps;
  while (steps.at(-1)! * Math.SQRT2 <= coarsest * 1.001) steps.push(steps.at(-1)! * Math.SQRT2);
  return steps;
}

interface Found {
  readonly layers: readonly { readonly rgb: number; readonly outlines: readonly Outline[] }[];
  readonly threshold: number | null;
  readonly reference: Raster;
}

async function outlinesIn(
  { raster, background }: Grounded,
  colors: number,
  { settings }: TraceOptions,
  tracer: Tracer,
): Promise<Found> {
  const { width, height } = raster;
  // It is given as a share of the area, so that it means the same at every size.
  const speckle = Math.round(settings.speckle * width * height);
  const { layers, ...rest } = (() => {
    if (colors > 1) {
      const layered = layersOf(raster, background, { colors, speckle });
      return { ...layered, threshold: null };
    }
    const { ink, threshold, reference } = silhouetteOf(raster, background, settings.threshold);
    return { layers: inkLayers(ink, speckle), threshold, reference };
  })();
  const traced = [];
  for (const { rgb, ink } of layers) {
    traced.push({ rgb, outlines: outlinesOf(await tracer.trace(ink), width, height) });
  }
  return { ...rest, layers: traced };
}

function inkLayers(ink: Layer["ink"], speckle: number): Layer[] {
  const clean = withoutSpeckles(ink, speckle);
  return clean.data.includes(1) ? [{ rgb: 0, ink: clean }] : [];
}

/** null where nothing is left. */
function fit(
  { layers, reference }: Found,
  tolerance: number,
  tokenizer: SvgTokenizer,
  coloured: boolean,
) {
  const { width, height } = reference;
  const { canonical } = tokenizer;
  const unit = Math.max(width, height) / canonical.grid;
  const fitted = layers.map(({ rgb, outlines }) => ({
    rgb,
    outlines: outlines.flatMap((outline) => simplifyOutline(outline, tolerance * unit) ?? []),
  }));
  const { drawing: found } = parseDrawing(writeLayers(fitted, width, height, coloured), canonical);
  const drawing = tokenizer.fit?.(found) ?? found;
  if (drawing.elements.length === 0) return null;
  return { drawing, tokens: tokenizer.encode(drawing).length };
}

/** Of the colour channels, on white. */
export function renderingError(drawing: Drawing, { width, height, data }: Raster): number {
  const opaque = new Uint8Array((data.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    opaque.set(data.subarray(from, from + 3), to);
  }
  const wanted: Pixels = { width, height, data: opaque };
  const drawn = renderPixels(drawing, { size: Math.max(width, height), background: "#ffffff" });
  return (4 / 3) * pixelError(drawn, wanted);
}
