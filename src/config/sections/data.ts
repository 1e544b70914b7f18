/** Which drawings are learnt, what is said of them, and which are kept apart. */
import { z } from "zod";
import { filtersKey } from "./filters.ts";
import { sourceKey } from "./source.ts";
import { taskKey } from "./task.ts";

const augmentation = z.enum(["none", "mirror", "shift", "scale", "stroke", "color", "order"]);

export const dataSection = z
  .strictObject({
    source: sourceKey.meta({
      description:
        "Where the drawings come from: `lucide` (the icons of the `lucide-static` package), `npm:` and the name of an installed package (`npm:@tabler/icons`, `npm:@phosphor-icons/core`, `npm:@iconify-json/…`, `npm:@twemoji/svg`, `npm:openmoji`, or any that holds `.svg` files), a folder of `.svg` files, a table or shard (`.jsonl`, `.json`, `.csv`, `.tsv`, `.parquet`, `.arrow`, `.tar`) or a folder of them, `hf:` and a data set of the Hugging Face Hub; or a list of these, each alone or as `{source, weight, style, word, columns}`. Paths are relative to the working directory. `weight` is how often a set's drawings are shown beside the others', `style` chooses among a package's (`outline`, `filled`, `bold` …), `word` is what captions call it, `columns` (`{svg, captions, id}`) names those of a table whose layout is not known (docs/data.md).",
    }),
    task: taskKey.meta({
      description:
        "What is learnt of the drawings: `text-to-svg` draws captions, `svg-to-text` says what a drawing shows, `completion` goes on with a drawing of which the first elements are given, `editing` changes a drawing as an instruction says. One, or a list of them, each alone or as `{task, weight}`, by which they are mixed (docs/tasks.md).",
    }),
    beginnings: z.number().int().min(1).max(64).default(3).meta({
      description:
        "Of `task: completion`: beginnings of different lengths that are made of each drawing, at most.",
      unit: "beginnings",
    }),
    edits: z
      .array(z.enum(["recolor", "mirror", "move", "remove", "add", "stroke"]))
      .min(1)
      .max(6)
      .default(["recolor", "mirror", "move", "remove", "add", "stroke"])
      .meta({
        description:
          "Of `task: editing`, where no source has `columns.before`: what edits are made of the drawings, with instructions for each.",
      }),
    editsEach: z.number().int().min(1).max(64).default(4).meta({
      description: "Edits made of each drawing, at most.",
      unit: "edits",
    }),
    limit: z.number().int().min(1).nullable().default(null).meta({
      description: "Read at most so many drawings of each source; `null` reads all.",
      unit: "drawings",
    }),
    heldOut: z.number().min(0).max(0.9).default(0.05).meta({
      description:
        "Share of the drawings that are never trained on, chosen by a hash of the content: the same drawing always falls on the same side.",
      unit: "share, 0 to 0.9",
    }),
    splitNames: z.boolean().default(true).meta({
      description:
        "Of several sources: drawings of the same name stand on the same side of the split, whatever set they are from, so that a held-out caption was never trained on.",
    }),
    styleWords: z.number().min(0).max(1).nullable().default(null).meta({
      description:
        "Share of the captions that say how the drawing is drawn (`outline`, `filled` …), as their last word; the plainest caption is there with and without it. `null`: 0 for one source, 0.75 for several.",
      unit: "share, 0 to 1",
    }),
    maxTokens: z.number().int().min(8).nullable().default(null).meta({
      description:
        "Longer samples (caption and drawing) are left out and counted; `null` takes `model.contextLength`.",
      unit: "tokens",
    }),
    tooLong: z.enum(["drop", "scenes", "refuse"]).default("drop").meta({
      description:
        "What is done with samples that are too long: `drop` leaves them out, counts them and lists them in `left-out.jsonl`; `scenes` cuts drawings between elements into parts that fit, each a sample whose caption says which part it is and what is drawn before it (those of which one element is too long are left out); `refuse` does not train. None is ever cut.",
    }),
    filters: filtersKey,
    captionVariants: z.number().int().min(1).max(64).default(4).meta({
      description:
        "Captions written for each icon: its name, and its name with changing tags. One is drawn at random each time the icon is trained on.",
      unit: "captions",
    }),
    captionTags: z.number().int().min(0).max(32).default(3).meta({
      description: "Most tags that a caption adds to the icon's name.",
      unit: "tags",
    }),
    fileNames: z.boolean().default(false).meta({
      description:
        "Drawings of folders are called by the words of their file names, whatever tables and files beside them say.",
    }),
    captionDropout: z.number().min(0).lt(1).default(0).meta({
      description:
        "Share of the samples that are trained on without their caption, which `generate.guidance` and `generate.candidates` need; 0.1 is usual.",
      unit: "share, 0 to 1",
    }),
    augment: z
      .union([augmentation, z.array(augmentation).max(8)])
      .default("none")
      .meta({
        description:
          "Also train on drawings made of each one, exact on the grid: `mirror` flips it from left to right and exchanges *left* and *right* in its captions, unless they speak of letters, digits, clocks and the like; `shift` moves a copy within the canvas; `stroke` draws thinner and bolder copies that captions call `thin` and `bold`; `scale` makes a copy larger or smaller, to the nearest grid unit, unless captions speak of sizes; `color` turns the hues of a copy and calls them anew in its captions, or makes none where that would not be true; `order` paints what does not touch in another order (where `tokenizer.order` is `keep`). One, or a list.",
      }),
    shiftBy: z.number().int().min(1).max(256).default(4).meta({
      description: "Of `augment: shift`: farthest step to each side.",
      unit: "grid units",
    }),
    scaleBy: z.number().min(0.0625).max(0.75).default(0.25).meta({
      description: "Of `augment: scale`: farthest that a copy grows or shrinks.",
      unit: "share of its size",
    }),
    strokeWidth: z.number().positive().max(24).nullable().default(null).meta({
      description:
        "Brings the strokes of all sets to one style: this width on a view box of 24 units, round caps and joins; `null` keeps what the drawings have.",
      unit: "24ths of the longer side",
    }),
    fonts: z.array(z.string().min(1).max(4096)).max(16).default([]).meta({
      description:
        "Font files (`.ttf`, `.otf`, `.ttc`) in which text of the drawings is set as outlines: each text in that of its family and style, else in the first. Without any, text is left out and counted.",
    }),
    packing: z.boolean().default(true).meta({
      description:
        "Fill each row of a batch with several samples that cannot see each other, instead of one sample and padding.",
    }),
    groupByLength: z.boolean().default(false).meta({
      description:
        "Without packing: drawings of like length come together, in rows of as few quarters of the context as hold them. Less padding; the order is a little less random.",
    }),
    lossOn: z.enum(["drawing", "sample"]).default("drawing").meta({
      description:
        "Which tokens the training loss counts: those of the `drawing`, or those of the whole `sample`, caption included. Held-out figures always count the drawing's.",
    }),
  })
  .prefault({})
  .meta({ description: "The drawings that are learnt and what is said of them." });
