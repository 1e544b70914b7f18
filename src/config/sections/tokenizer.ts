/** How a drawing becomes tokens. */
import { z } from "zod";

const kept = (what: string, otherwise: string) =>
  z
    .boolean()
    .default(true)
    .meta({ description: `Tokens for ${what}; without, ${otherwise}.` });

export const tokenizerSection = z
  .strictObject({
    representation: z.enum(["path"]).default("path").meta({
      description: "The language a drawing is written in. `path` has a vocabulary of its own.",
    }),
    captionVocabulary: z.number().int().min(256).max(65_536).default(512).meta({
      description:
        "Size of the byte-pair encoding that is trained on the training captions; 256 is bytes alone.",
      unit: "tokens",
    }),
    grid: z.number().int().min(8).max(1024).default(200).meta({
      description: "Length of the longer side of the view box; points are whole numbers on it.",
      unit: "grid units",
    }),
    coordinates: z.enum(["separate", "merged"]).default("separate").meta({
      description:
        "A point is two tokens, x and y (`separate`), or one token of grid x grid (`merged`), which makes drawings shorter and the vocabulary larger.",
    }),
    positions: z.enum(["absolute", "relative"]).default("absolute").meta({
      description:
        "`relative` writes all but an element's first point as steps from the last point; needs separate coordinates.",
    }),
    relativeRange: z.number().int().min(1).max(1024).default(64).meta({
      description:
        "Longest step with a token of its own; longer ones are written as absolute coordinates.",
      unit: "grid units",
    }),
    shapes: kept("circles, rects and the like", "they are written as paths"),
    arcs: kept("arcs", "they are written as cubic curves"),
    quadratics: kept("quadratic curves", "they are written as cubic ones"),
    strokes: kept("strokes", "they are dropped and counted"),
    opacity: kept("opacity", "drawings that need it are refused and counted"),
    gradients: kept("gradients", "their first colour is taken"),
    groups: kept("groups", "they are flattened"),
    colors: z.enum(["current", "12-bit", "24-bit-in-2", "24-bit-in-3"]).default("12-bit").meta({
      description:
        "Colours that can be said: the user's own alone (`currentColor`), 4,096, or all, by two or three tokens.",
    }),
    initial: z.enum(["filled", "stroked"]).default("filled").meta({
      description:
        "How a drawing looks that spends no token on it: SVG's black fill, or the round strokes of stroke icons.",
    }),
  })
  .prefault({})
  .superRefine((tokenizer, context) => {
    const { coordinates, positions, grid, initial, strokes } = tokenizer;
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: "custom", path: [key], message });
    if (coordinates === "merged" && positions === "relative") {
      refuse("positions", "expected absolute with merged coordinates, but found relative");
    }
    if (coordinates === "merged" && grid > 512) {
      refuse("grid", `expected at most 512 with merged coordinates, but found ${grid}`);
    }
    if (initial === "stroked" && !strokes) {
      refuse("initial", "expected filled where strokes is false, but found stroked");
    }
  })
  .meta({ description: "How a drawing becomes tokens." });
