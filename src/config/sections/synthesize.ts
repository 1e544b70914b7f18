/** How captions become drawings by models that make images. */
import { z } from "zod";

const url = z.string().regex(/^https?:\/\//, "expected a URL that begins with http:// or https://");
const keyName = z.string().regex(/^[A-Za-z_]\w*$/, "expected the name of an environment variable");

export const synthesizeSection = z
  .strictObject({
    chatUrl: url.default("https://api.openai.com/v1").meta({
      description: "The base URL of the chat model's server, with OpenAI's interface.",
    }),
    chatModel: z.string().min(1).nullable().default(null).meta({
      description:
        "The model that simplifies captions, or answers NO to those that no small drawing can show; `null` takes captions as they are.",
    }),
    chatKey: keyName.nullable().default(null).meta({
      description:
        "The environment variable that holds its key. `null` sends `OPENAI_API_KEY` to `https://api.openai.com`, and no key to any other server.",
    }),
    examples: z
      .array(z.strictObject({ caption: z.string().min(1), answer: z.string().min(1) }))
      .max(64)
      .default([
        { caption: "a man riding a wave on top of a surfboard", answer: "<a surfer on a wave>" },
        {
          caption: "Two dogs are playing with a red frisbee in the park.",
          answer: "<two dogs with a frisbee>",
        },
        { caption: "the feeling of a city that never sleeps", answer: "NO" },
        { caption: "a table full of many different kinds of food and drinks", answer: "NO" },
        { caption: "close up of an old wooden clock on a wall", answer: "<a wooden wall clock>" },
      ])
      .meta({ description: "Captions with the answers that the chat model is shown before." }),
    imageUrl: url.default("https://api.openai.com/v1").meta({
      description:
        "The base URL of the image model's server, with OpenAI's interface (`images/generations`).",
    }),
    imageModel: z.string().min(1).default("gpt-image-1").meta({
      description: "The model that makes the images.",
    }),
    imageKey: keyName.nullable().default(null).meta({
      description: "The environment variable that holds its key; `null` as for `chatKey`.",
    }),
    imageSize: z
      .string()
      .regex(/^\d{2,4}x\d{2,4}$/)
      .default("1024x1024")
      .meta({
        description: "Asked of the image model; it is traced at `trace.size`.",
        unit: "pixels",
      }),
    wordings: z
      .array(z.string().min(1).max(2000).includes("{caption}"))
      .min(1)
      .max(32)
      .default(["a black-and-white silhouette of {caption} on a solid white background"])
      .meta({
        description: "What the image model is told, with `{caption}` where the caption goes.",
      }),
    negativePrompt: z.string().max(2000).nullable().default(null).meta({
      description:
        "What must not be seen, sent as `negative_prompt`, which Stable Diffusion and FLUX servers know; `null` sends none.",
    }),
    steps: z.array(z.number().int().min(1).max(1000)).max(16).default([]).meta({
      description:
        "Sent as `steps` and `num_inference_steps`, each in turn; none are sent where it is empty.",
      unit: "steps",
    }),
    guidance: z.array(z.number().min(0).max(100)).max(16).default([]).meta({
      description: "Sent as `guidance_scale`, each in turn; none are sent where it is empty.",
    }),
    seeds: z.array(z.number().int().min(0).max(4_294_967_295)).max(64).default([]).meta({
      description: "Sent as `seed`, each in turn; none are sent where it is empty.",
    }),
    concurrency: z.number().int().min(1).max(256).default(4).meta({
      description: "Requests under way at once.",
      unit: "requests",
    }),
    attempts: z.number().int().min(1).max(20).default(5).meta({
      description:
        "How often a request is made that fails in a way that may pass (no answer in time, 408, 409, 429, 5xx, a connection or an answer that breaks off, an answer that is no JSON of its kind).",
    }),
    backoff: z.number().min(0).max(600).default(1).meta({
      description:
        "The wait before the second attempt; it doubles with each, up to a minute, and is as long as the server's `Retry-After` asks for.",
      unit: "seconds",
    }),
    timeout: z.number().gt(0).max(3600).default(120).meta({
      description: "Longest wait for an answer.",
      unit: "seconds",
    }),
    maxRequests: z.number().int().min(0).nullable().default(null).meta({
      description:
        "The budget: requests made in this call of the command, each attempt counted. What it does not reach is left for the next one. `null` sets none.",
      unit: "requests",
    }),
    clip: z.string().min(1).max(4096).nullable().default(null).meta({
      description:
        "A folder that holds a CLIP in the layout of the Hub, or an id of the Hub, which scores drawings by their captions; `null` scores none.",
    }),
    minClip: z.number().min(-1).max(1).nullable().default(null).meta({
      description: "Drawings of a lower score (the cosine) are left out. Needs `synthesize.clip`.",
    }),
  })
  .refine(({ clip, minClip }) => minClip === null || clip !== null, {
    path: ["clip"],
    message: "expected a CLIP where synthesize.minClip is set, but found null",
  })
  .prefault({})
  .meta({
    description:
      "From captions to drawings by way of images, `pathloom synthesize` (docs/synthesis.md); traced as the section `trace` says.",
  });
