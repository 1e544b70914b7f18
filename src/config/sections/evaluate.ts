/** How a model is measured. */
import { z } from "zod";

/** Metrics of drawings, in the order of tables. */
export const metricNames = [
  ...(["validity", "clipText", "hps", "aesthetic", "retrieval", "clipPicture", "dino"] as const),
  ...(["pixels", "lpips", "inceptionDistances", "clipDistances"] as const),
  ...(["novelty", "diversity", "counts"] as const),
] as const;

/** One of them, as `clipText`. */
export type MetricName = (typeof metricNames)[number];

const weights = (what: string) =>
  z.string().min(1).max(4096).nullable().default(null).meta({ description: what });

export const evaluateSection = z
  .strictObject({
    drawn: z.number().int().min(0).max(10_000).default(120).meta({
      description:
        "Captions drawn to be compared with the real icons, of those trained on and of the held-out ones each; 0 measures nothing at a run's end.",
      unit: "captions",
    }),
    ranked: z.number().int().min(1).max(10_000).default(60).meta({
      description:
        "Held-out drawings whose caption is looked for by the likelihood of the drawing.",
      unit: "drawings",
    }),
    captions: z.number().int().min(2).max(1000).default(100).meta({
      description: "Captions that it is looked for among, the true one included.",
      unit: "captions",
    }),
    set: z.string().min(1).nullable().default(null).meta({
      description:
        "Of several sources, the one whose captions are drawn and whose icons they are compared with, by the name that the run's report gives it; `null` takes all.",
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(11).meta({
      description: "Of the choice of captions and of the intervals.",
    }),
    metrics: z.array(z.enum(metricNames)).min(1).nullable().default(null).meta({
      description:
        "What drawings are judged by where captions are drawn (`evaluate --data`, docs/evaluation.md); `null` takes all.",
    }),
    free: z.boolean().default(false).meta({
      description:
        "Draw without the grammar there, so that validity is the model's own; `generate.candidates` and `generate.speculate` are passed over then.",
    }),
    shown: z.number().int().min(0).max(500).default(24).meta({
      description: "Captions whose drawings stand side by side on the page and the sheet.",
      unit: "captions",
    }),
    pictures: z.string().min(1).max(4096).nullable().default(null).meta({
      description:
        "A set of drawings, as of `--data`, that FID and KID compare with in place of the captions' own references.",
    }),
    clip: weights(
      "Of CLIP similarity, the aesthetic score and FID over CLIP: a folder with a CLIP (`onnx/text_model.onnx` and `onnx/vision_model.onnx`, or `model.safetensors`), or an id of the Hub, as `openai/clip-vit-large-patch14`.",
    ),
    hps: weights("Of HPS v2: a folder with its CLIP, as `scripts/encoders.py` makes it."),
    aesthetic: weights(
      "Of the aesthetic score: the file of LAION's predictor, `.safetensors` or `.json`.",
    ),
    dino: weights(
      "Of DINO: a folder with a DINOv2 (`onnx/model.onnx`), or an id of the Hub, as `Xenova/dinov2-base`.",
    ),
    inception: weights(
      "Of FID and KID: a folder with InceptionV3 (`onnx/model.onnx`), as `scripts/encoders.py` makes it.",
    ),
    lpips: weights("Of LPIPS: a folder with its network, as `scripts/encoders.py` makes it."),
  })
  .prefault({})
  .meta({
    description:
      "How a model is measured, at a run's end and by `evaluate --measure`, and how drawings are judged by `evaluate --data`.",
  });
