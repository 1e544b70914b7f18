/** How a drawing becomes tokens. */
import { z } from "zod";

const kept = (what: string, otherwise: string) =>
  z
    .boolean()
    .default(true)
    .meta({ description: `Tokens for ${what}; without, ${otherwise}.` });

/** The keys that mean something to some tokenizers alone, with what they are when left out. */
const ownKeys = {
  captionVocabulary: { value: 512, of: ["path", "omnisvg"] },
  merges: { value: 0, of: ["path"] },
  mergeUnit: { value: "token", of: ["path"] },
  base: { value: null, of: ["semantic", "text", "omnisvg"] },
  wrapper: { value: "markers", of: ["text"] },
  precision: { value: 0, of: ["semantic"] },
  grid: { value: 200, of: ["path", "semantic", "text"] },
  coordinates: { value: "separate", of: ["path"] },
  positions: { value: "absolute", of: ["path", "semantic"] },
  relativeRange: { value: 64, of: ["path"] },
  shapes: { value: true, of: ["path", "semantic", "text"] },
  arcs: { value: true, of: ["path", "text"] },
  quadratics: { value: true, of: ["path", "text"] },
  order: { value: "keep", of: ["path", "semantic", "text"] },
  strokes: { value: true, of: ["path", "semantic", "text"] },
  opacity: { value: true, of: ["path"] },
  gradients: { value: true, of: ["path", "semantic", "text"] },
  groups: { value: true, of: ["path", "semantic", "text"] },
  colors: { value: "12-bit", of: ["path", "semantic", "text"] },
  initial: { value: "filled", of: ["path"] },
} as const;

/** Values that a coordinate of `semantic` may have. */
const mostSteps = 2 ** 14;

type OwnKeys = { readonly [Key in keyof typeof ownKeys]: unknown };

/** Keys that were given though the tokenizer does not know them. */
function unusedKeys(tokenizer: OwnKeys & { readonly type: string }): string[] {
  const keys = Object.keys(ownKeys) as (keyof typeof ownKeys)[];
  return keys.filter((key) => {
    const { value, of } = ownKeys[key];
    const known: readonly string[] = of;
    return !known.includes(tokenizer.type) && tokenizer[key] !== value;
  });
}

export const tokenizerSection = z
  .strictObject({
    type: z.enum(["path", "semantic", "text", "omnisvg"]).default("path").meta({
      description:
        "The language a drawing is written in: `path` has a vocabulary of its own, `semantic` adds LLM4SVG's tokens to a base tokenizer, `text` is SVG itself over a base tokenizer, `omnisvg` is OmniSVG's vocabulary.",
    }),
    base: z.string().min(1).nullable().default(null).meta({
      description:
        "The base tokenizer of `semantic` and `text`, and of `omnisvg` by choice: a `tokenizer.json`, or a folder that holds one; `null` takes that of `model.from`.",
    }),
    prompt: z
      .string()
      .max(10_000)
      .refine((text) => text.split("{caption}").length === 2, {
        message: "expected a text with {caption} in it, once",
      })
      .default("{caption}")
      .meta({
        description: "The text before a drawing; the caption stands in place of `{caption}`.",
      }),
    template: z.enum(["plain", "llm4svg", "alpaca", "chat"]).default("plain").meta({
      description:
        "What stands around what a task gives and asks for: `plain` nothing but `prompt`, `llm4svg` its GPT-2's `{caption}. output:`, `alpaca` the instruction and response of its Llama, `chat` the base model's own chat template (docs/tasks.md). The text is kept with the tokenizer.",
    }),
    system: z.string().max(10_000).nullable().default(null).meta({
      description:
        "Of `template: chat`: what the system says first; `null` leaves that to the template.",
    }),
    wrapper: z.enum(["markers", "instruction", "bare"]).default("markers").meta({
      description:
        "Of `text`: `<|ctx|>` caption `<|objs|>` SVG `<|end_svg|>` as added tokens, the plain words `Instruction: …` and `Response: …`, or nothing but the SVG (`bare`), for a `template` that says the rest.",
    }),
    precision: z.number().int().min(0).max(2).default(0).meta({
      description: "Of `semantic`: decimals of a coordinate.",
      unit: "digits",
    }),
    captionVocabulary: z.number().int().min(256).max(65_536).default(512).meta({
      description:
        "Of `path` and `omnisvg`: size of the byte-pair encoding that is trained on the training captions; 256 is bytes alone.",
      unit: "tokens",
    }),
    merges: z.number().int().min(0).max(65_536).default(0).meta({
      description:
        "Of `path`: tokens for runs of drawing tokens that are frequent in the training drawings, learned by byte-pair merging over those tokens; drawings become shorter, and are still written in one way.",
      unit: "tokens",
    }),
    mergeUnit: z.enum(["token", "segment"]).default("token").meta({
      description:
        "What `merges` joins: any tokens that stand side by side (`token`), or whole commands with their numbers alone (`segment`), as HiVG's segment tokens.",
    }),
    grid: z.number().int().min(8).max(1024).default(200).meta({
      description: "Length of the longer side of the view box; points are whole numbers on it.",
      unit: "grid units",
    }),
    coordinates: z.enum(["separate", "merged"]).default("separate").meta({
      description:
        "Of `path`: a point is two tokens, x and y (`separate`), or one token of grid x grid (`merged`), which makes drawings shorter and the vocabulary larger.",
    }),
    positions: z.enum(["absolute", "relative"]).default("absolute").meta({
      description:
        "Of `path` and `semantic`: `relative` writes points as steps from the last point; in `path`, needs separate coordinates.",
    }),
    relativeRange: z.number().int().min(1).max(1024).default(64).meta({
      description:
        "Of `path`: longest step with a token of its own; longer ones are written as absolute coordinates.",
      unit: "grid units",
    }),
    shapes: kept("circles, rects and the like", "they are written as paths"),
    arcs: kept("arcs", "they are written as cubic curves"),
    quadratics: kept("quadratic curves", "they are written as cubic ones"),
    strokes: kept("strokes", "they are dropped and counted"),
    order: z.enum(["keep", "sorted"]).default("keep").meta({
      description:
        "Of `path`, `semantic` and `text`: `sorted` writes what may stand in any order in one: elements of one colour from the top down, lines from their upper end, closed ones clockwise. The picture stays the same, and a model need not learn each artist's habits.",
    }),
    opacity: kept("opacity", "drawings that need it are refused and counted"),
    gradients: kept("gradients", "their first colour is taken"),
    groups: kept("groups", "they are flattened"),
    colors: z.enum(["current", "12-bit", "24-bit-in-2", "24-bit-in-3"]).default("12-bit").meta({
      description:
        "Colours that can be said: the user's own alone (`currentColor`, in `path`), 4,096, or all (in `path`, by two or three tokens).",
    }),
    initial: z.enum(["filled", "stroked"]).default("filled").meta({
      description:
        "Of `path`: how a drawing looks that spends no token on it: SVG's black fill, or the round strokes of stroke icons.",
    }),
  })
  .prefault({})
  .superRefine((tokenizer, context) => {
    const { coordinates, positions, grid, initial, strokes } = tokenizer;
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: "custom", path: [key], message });
    for (const key of unusedKeys(tokenizer)) {
      refuse(key, `the tokenizer ${tokenizer.type} has no such option: leave it out`);
    }
    if (coordinates === "merged" && positions === "relative") {
      refuse("positions", "expected absolute with merged coordinates, but found relative");
    }
    if (coordinates === "merged" && grid > 512) {
      refuse("grid", `expected at most 512 with merged coordinates, but found ${grid}`);
    }
    if (grid * 10 ** tokenizer.precision > mostSteps) {
      const most = Math.floor(mostSteps / 10 ** tokenizer.precision);
      refuse(
        "grid",
        `expected at most ${most} with ${tokenizer.precision} decimals, but found ${grid}`,
      );
    }
    if (tokenizer.type !== "path" && tokenizer.colors === "current") {
      refuse("colors", "expected 12-bit or 24-bit where the tokenizer is not path");
    }
    if (initial === "stroked" && !strokes) {
      refuse("initial", "expected filled where strokes is false, but found stroked");
    }
  })
  .meta({ description: "How a drawing becomes tokens." });
