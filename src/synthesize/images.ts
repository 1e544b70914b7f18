/** Images made of captions: what is asked in which ways, and how the answer is read. */
import { z } from "zod";
import type { SynthesizeConfig } from "../config/index.ts";
import { formatOf } from "../trace/index.ts";
import { originOf } from "./addresses.ts";
import { download } from "./download.ts";
import { ItemFault } from "./errors.ts";
import { maxAnswerBytes, type Service } from "./service.ts";

/** One choice of all that is asked for besides the caption. */
export interface Recipe {
  readonly wording: string;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly seed: number | null;
}

/** Every choice of wording, steps, guidance and seed, in this order. */
export function recipesOf(config: SynthesizeConfig): Recipe[] {
  const orNone = (values: readonly number[]) => (values.length === 0 ? [null] : values);
  return config.wordings.flatMap((wording) =>
    orNone(config.steps).flatMap((steps) =>
      orNone(config.guidance).flatMap((guidance) =>
        orNone(config.seeds).map((seed) => ({ wording, steps, guidance, seed })),
      ),
    ),
  );
}

export function promptOf({ wording }: Recipe, caption: string): string {
  // A function, as a caption may hold the marks that replacement knows.
  return wording.replaceAll("{caption}", () => caption);
}

const answerSchema = z.object({
  data: z
    .array(z.object({ b64_json: z.string().nullish(), url: z.string().max(8192).nullish() }))
    .min(1),
});

/** @returns a file's bytes, of whatever kind. @throws ItemFault */
export function makeImage(
  service: Service,
  prompt: string,
  recipe: Recipe,
  { imageUrl, imageModel, imageSize, negativePrompt }: SynthesizeConfig,
): Promise<Buffer> {
  const { steps, guidance, seed } = recipe;
  // OpenAI's later models always answer in base 64, and refuse to be asked to.
  const always = imageModel.startsWith("gpt-image");
  const body = {
    model: imageModel,
    prompt,
    n: 1,
    size: imageSize,
    ...(always ? {} : { response_format: "b64_json" }),
    ...(negativePrompt === null ? {} : { negative_prompt: negativePrompt }),
    ...(steps === null ? {} : { steps, num_inference_steps: steps }),
    ...(guidance === null ? {} : { guidance_scale: guidance }),
    ...(seed === null ? {} : { seed }),
  };
  const origin = originOf(imageUrl);
  return service.ask("/images/generations", body, async (said, signal) => {
    const { b64_json: text, url } = answerSchema.parse(said).data[0]!;
    const bytes = text
      ? Buffer.from(text.replace(/^data:[^,]*,/, ""), "base64")
      : url
        ? await download(url, { origin, maxBytes: maxAnswerBytes, signal })
        : null;
    if (bytes === null || formatOf(bytes) === null) {
      throw new ItemFault("the answer is no PNG, JPEG or WebP image", true);
    }
    return bytes;
  });
}
