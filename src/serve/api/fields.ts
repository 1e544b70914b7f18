/** The fields that bodies share, and how a body is read. */
import { z } from "zod";
import { badRequest } from "../errors.ts";

/** Texts are bounded by the server's options, these by what they can mean. */
const longestStop = 500;

export const model = z.string().min(1).max(200).describe("The id of a model of `/v1/models`.");

export const sampling = {
  temperature: z
    .number()
    .min(0)
    .max(10)
    .nullish()
    .describe("0 takes the likeliest token. The model's own recipe unless given."),
  top_p: z.number().gt(0).max(1).nullish().describe("As `generate.topP`."),
  top_k: z.number().int().min(0).max(1_000_000).nullish().describe("As `generate.topK`; 0 is off."),
  coordinate_temperature: z
    .number()
    .min(0)
    .max(10)
    .nullish()
    .describe("The temperature where a coordinate is likeliest next."),
  repetition_penalty: z.number().min(1).max(10).nullish().describe("1 is off."),
  guidance: z
    .number()
    .min(0)
    .max(20)
    .nullish()
    .describe(
      "Above 1 follows the caption more closely; for models trained with dropped captions.",
    ),
  seed: z
    .number()
    .int()
    .min(Number.MIN_SAFE_INTEGER)
    .max(Number.MAX_SAFE_INTEGER)
    .nullish()
    .describe(
      "The same seed draws the same, whatever else the server does; by chance unless given.",
    ),
};

export const count = z.number().int().min(1).max(1024);
export const tokens = z.number().int().min(1).max(10_000_000);

export const stop = z
  .union([z.string().min(1).max(longestStop), z.array(z.string().min(1).max(longestStop)).max(4)])
  .nullish()
  .describe("Texts before which the answer ends.");

export const streaming = {
  stream: z.boolean().nullish().describe("Send what there is as server-sent events."),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().nullish(),
      include_obfuscation: z.boolean().nullish(),
    })
    .nullish(),
};

/** What changes no drawing: taken, and passed over. */
export const bookkeeping = {
  user: z.string().max(1000).nullish(),
  metadata: z.record(z.string().max(100), z.string().max(1000)).nullish(),
  store: z.boolean().nullish(),
  service_tier: z.string().max(100).nullish(),
  safety_identifier: z.string().max(1000).nullish(),
  prompt_cache_key: z.string().max(1000).nullish(),
};

/** What OpenAI's models can do and ours cannot: taken where it asks for nothing. */
export const neutral = {
  frequency_penalty: z.literal(0, { error: "is not supported: leave it out, or at 0" }).nullish(),
  presence_penalty: z.literal(0, { error: "is not supported: leave it out, or at 0" }).nullish(),
  logit_bias: z.record(z.string(), z.never({ error: "is not supported" })).nullish(),
};

/**
 * Reads a body.
 * @throws ApiError that names the first field that is wrong
 */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue!.path.map(String).join(".");
  if (issue!.code === "unrecognized_keys") {
    const [key] = issue!.keys;
    const name = place === "" ? key! : `${place}.${key}`;
    throw badRequest(`unknown field ${shown(name)}`, shown(name), "unknown_parameter");
  }
  const field = place === "" ? "the body" : shown(place);
  throw badRequest(`${field}: ${issue!.message}`, place === "" ? null : shown(place));
}

/** Names come from outside: they are told back short, and without control characters. */
function shown(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 80);
}

/**
 * A caption as it may be drawn.
 * @throws ApiError where it is too long, or no text
 */
export function readCaption(text: string, param: string, longest: number): string {
  if (text.length > longest) {
    throw badRequest(
      `${param}: ${text.length} characters; at most ${longest} are taken`,
      param,
      "string_above_max_length",
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  const at = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u);
  if (at < 0) return text;
  throw badRequest(`${param}: character ${at} is a control character or no character`, param);
}
