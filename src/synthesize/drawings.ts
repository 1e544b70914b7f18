/** From an image's bytes to a drawing that is worth its place, each traced once. */

import { z } from "zod";
import { PathloomError, UsageError } from "../../errors/index.ts";
import { type Drawing, parseDrawing, printDrawing } from "../../svg/index.ts";
import { TraceError, type TraceOptions, traceImage } from "../trace/index.ts";
import { AnswerCache } from "./cache.ts";
import { ItemFault } from "./errors.ts";

const tracedSchema = z.union([
  z.object({ svg: z.string(), tokens: z.number(), error: z.number(), colors: z.number() }),
  z.object({ reason: z.string() }),
]);

export interface TracedItem {
  readonly drawing: Drawing;
  readonly svg: string;
  readonly tokens: number;
  readonly error: number;
  readonly colors: number;
}

/**
 * What the image is to blame for is remembered, what the machine is to blame for may pass.
 * @throws ItemFault for an image that gives no drawing within the settings; TraceError for a missing program
 */
export async function traceOnce(
  image: Uint8Array,
  options: TraceOptions,
  decides: string,
  cache: AnswerCache,
): Promise<TracedItem> {
  const key = AnswerCache.keyOf(["trace", decides, Buffer.from(image).toString("base64")]);
  const known = cache.get(key);
  const traced =
    known === null
      ? await trace(image, options)
      : tracedSchema.parse(JSON.parse(known.toString("utf8")));
  if (known === null) cache.set(key, Buffer.from(JSON.stringify(traced)));
  if ("reason" in traced) throw new ItemFault(traced.reason, false);
  return { ...traced, drawing: parseDrawing(traced.svg, options.tokenizer.canonical).drawing };
}

async function trace(
  image: Uint8Array,
  options: TraceOptions,
): Promise<z.output<typeof tracedSchema>> {
  try {
    const { drawing, tokens, error, colors } = await traceImage(image, options, "the image");
    return { svg: printDrawing(drawing), tokens, error, colors };
  } catch (error) {
    if (!(error instanceof PathloomError) || error instanceof UsageError) throw error;
    const reason = error.message.replace(/^the image: /, "");
    if (!(error instanceof TraceError) || error.fault === "image") return { reason };
    if (error.fault === "program") throw error;
    throw new ItemFault(reason, true);
  }
}
