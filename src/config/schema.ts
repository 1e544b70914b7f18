/**
 * The one description of a configuration. Validation, defaults, types, command-line help and
 * `docs/configuration.md` all come from it.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { dataSection } from "./sections/data.ts";
import { distributedSection } from "./sections/distributed.ts";
import { dpoSection } from "./sections/dpo.ts";
import { evaluateSection } from "./sections/evaluate.ts";
import { generateSection } from "./sections/generate.ts";
import { loraSection } from "./sections/lora.ts";
import { modelSection } from "./sections/model.ts";
import { rejectionSection } from "./sections/rejection.ts";
import { reportSection } from "./sections/report.ts";
import { serveSection } from "./sections/serve.ts";
import { sweepSection } from "./sections/sweep.ts";
import { synthesizeSection } from "./sections/synthesize.ts";
import { tokenizerSection } from "./sections/tokenizer.ts";
import { traceSection } from "./sections/trace.ts";
import { trainSection } from "./sections/train.ts";
import { vocabularySection } from "./sections/vocabulary.ts";

export const configSchema = z
  .strictObject({
    data: dataSection,
    tokenizer: tokenizerSection,
    model: modelSection,
    vocabulary: vocabularySection,
    train: trainSection,
    distributed: distributedSection,
    lora: loraSection,
    dpo: dpoSection,
    generate: generateSection,
    evaluate: evaluateSection,
    rejection: rejectionSection,
    report: reportSection,
    sweep: sweepSection,
    serve: serveSection,
    trace: traceSection,
    synthesize: synthesizeSection,
  })
  .superRefine((config, context) => {
    for (const { path, message } of conflicts(config)) {
      context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });

/** What sections ask of one another. */
function conflicts(sections: Sections) {
  const { data, tokenizer, model, train, lora, dpo, vocabulary, evaluate, generate } = sections;
  const { method } = train;
  const overBase = tokenizer.type === "semantic" || tokenizer.type === "text";
  const quantized =
    model.weightDtype !== null && !["float32", "bfloat16"].includes(model.weightDtype);
  const trainsBase = method === "full" || method === "embeddings";
  const found: readonly (readonly [boolean, path: string, message: string])[] = [
    [
      generate.speculate > 0 && generate.cacheDtype !== "float32",
      "generate.cacheDtype",
      `expected float32 where generate.speculate is above 0, over whose caches alone drafts are read, but found ${generate.cacheDtype}`,
    ],
    [
      method !== "full" && model.from === null,
      "model.from",
      `expected a model for the method ${method}, but found null`,
    ],
    [
      method !== "full" && model.futureTokens > 0,
      "model.futureTokens",
      `expected 0 for the method ${method}, which trains no heads, but found ${model.futureTokens}`,
    ],
    [
      overBase && tokenizer.base === null && model.from === null,
      "tokenizer.base",
      `expected a tokenizer.json for ${tokenizer.type} where model.from is null`,
    ],
    [
      trainsBase && model.weightDtype !== null && model.weightDtype !== "float32",
      "model.weightDtype",
      `expected float32 for the method ${method}, whose weights learn, but found ${model.weightDtype}`,
    ],
    [
      method === "qlora" && model.weightDtype !== null && !quantized,
      "model.weightDtype",
      `expected int8, int4, nf4 or nf4-double for the method qlora, but found ${model.weightDtype}`,
    ],
    [
      lora.init === "pissa" &&
        (quantized || method === "qlora" || model.weightDtype === "bfloat16"),
      "lora.init",
      "expected kaiming or gaussian over a base that is not float32, but found pissa",
    ],
    [
      train.bestMetric !== "loss" && evaluate.drawn === 0,
      "evaluate.drawn",
      `expected captions to draw for train.bestMetric ${train.bestMetric}, but found 0`,
    ],
    [
      data.tooLong === "scenes" && train.bestMetric !== "loss",
      "train.bestMetric",
      `expected loss for data.tooLong scenes, whose parts are no icons to compare with, but found ${train.bestMetric}`,
    ],
    [
      method === "embeddings" && vocabulary.train === "none",
      "vocabulary.train",
      "expected new or all for the method embeddings, but found none",
    ],
    [
      train.patience !== null && data.heldOut === 0,
      "train.patience",
      "expected null where data.heldOut is 0, for want of a held-out loss",
    ],
    [
      train.task === "dpo" && model.from === null,
      "model.from",
      "expected a model to begin with for train.task dpo, which compares with it, but found null",
    ],
    ...notOfPairs({ data, train }),
    ...ofTasks({ data, tokenizer, train }),
    [
      dpo.labelSmoothing > 0 && !["sigmoid", "robust"].includes(dpo.lossType),
      "dpo.labelSmoothing",
      `expected 0 for dpo.lossType ${dpo.lossType}, which has none, but found ${dpo.labelSmoothing}`,
    ],
  ];
  return found.flatMap(([wrong, path, message]) => (wrong ? [{ path, message }] : []));
}

/** What tasks other than drawing captions leave without a meaning. */
function ofTasks({ data, tokenizer, train }: Pick<Sections, "data" | "tokenizer" | "train">) {
  // Not by the sections' own readers, which refuse what is told beside this.
  const learnt = [data.task].flat().map((one) => (typeof one === "string" ? one : one.task));
  const draws = learnt.includes("text-to-svg");
  const alone = draws && learnt.length === 1;
  const edits = [data.source]
    .flat()
    .some((entry) => typeof entry === "object" && entry.columns?.before !== undefined);
  return [
    [
      !alone && train.task === "dpo",
      "data.task",
      "expected text-to-svg for train.task dpo, whose pairs are drawings of a caption",
    ],
    [
      !draws && train.bestMetric !== "loss",
      "train.bestMetric",
      `expected loss where data.task draws no captions, but found ${train.bestMetric}`,
    ],
    [
      !alone && data.tooLong === "scenes",
      "data.tooLong",
      "expected drop or refuse for tasks other than text-to-svg, but found scenes",
    ],
    [
      tokenizer.template !== "plain" &&
        tokenizer.template !== "llm4svg" &&
        data.tooLong === "scenes",
      "data.tooLong",
      `expected drop or refuse for tokenizer.template ${tokenizer.template}, but found scenes`,
    ],
    [
      data.captionDropout > 0 && !draws && !learnt.includes("completion"),
      "data.captionDropout",
      "expected 0 where data.task gives no captions to drop",
    ],
    [
      edits && (learnt.length > 1 || learnt[0] !== "editing"),
      "data.source",
      "columns.before: expected data.task editing alone, whose pairs these are",
    ],
    ...notOfEdits(data, { edits, alone: learnt.length === 1 && learnt[0] === "editing" }),
    [
      tokenizer.system !== null && tokenizer.template !== "chat",
      "tokenizer.system",
      `expected null for tokenizer.template ${tokenizer.template}, which has no system to speak`,
    ],
    [
      tokenizer.type === "text" &&
        tokenizer.template !== "plain" &&
        tokenizer.wrapper === "instruction",
      "tokenizer.wrapper",
      `expected markers or bare for tokenizer.template ${tokenizer.template}, which has words of its own, but found instruction`,
    ],
  ] as const;
}

/** What is done to captions and their drawings, and would be passed over in silence. */
function notOfEdits(
  data: Sections["data"],
  { edits, alone }: { readonly edits: boolean; readonly alone: boolean },
) {
  const { leastTokens: _, mostTokens: __, ...filters } = data.filters;
  const augment = [data.augment].flat().join(", ") || "none";
  const table = "where data.source is a table of edits (columns.before)";
  return [
    [
      (alone || edits) && augment !== "none",
      "data.augment",
      `expected none for data.task editing, which changes drawings itself, but found ${augment}: leave it out`,
    ],
    [
      edits && filtersAnything(filters),
      "data.filters",
      `expected leastTokens and mostTokens at most ${table}, since no other filter sees its drawings: leave the others out`,
    ],
    [
      edits && data.styleWords !== null,
      "data.styleWords",
      `expected null ${table}, whose instructions say no style, but found ${data.styleWords}: leave it out`,
    ],
    [
      edits && !data.splitNames,
      "data.splitNames",
      `expected true ${table}, which names no drawings, but found false: leave it out`,
    ],
  ] as const;
}

/** What is done to samples of one drawing, and would be passed over in silence. */
function notOfPairs({ data, train }: Pick<Sections, "data" | "train">) {
  const options = [
    ["train.labelSmoothing", train.labelSmoothing, 0, "; dpo.labelSmoothing is that of pairs"],
    ["train.zLoss", train.zLoss, 0, ""],
    ["train.hideTokens", train.hideTokens, 0, ""],
    ["train.bestMetric", train.bestMetric, "loss", ""],
    ["train.sequenceWarmupSteps", train.sequenceWarmupSteps, 0, ""],
    ["train.batchWarmupSteps", train.batchWarmupSteps, 0, ""],
    ["data.captionDropout", data.captionDropout, 0, ""],
    ["data.augment", [data.augment].flat().join(", ") || "none", "none", ""],
    ["data.filters", filtersAnything(data.filters) ? "some" : "none", "none", ""],
    ["data.source", weighsSources(data.source) ? "weights" : "no weights", "no weights", ""],
    ["data.lossOn", data.lossOn, "drawing", ""],
    ["data.tooLong", data.tooLong === "scenes" ? "scenes" : "drop", "drop", ""],
  ] as const;
  return options.map(
    ([path, is, should, hint]) =>
      [
        train.task === "dpo" && is !== should,
        path,
        `expected ${should} for train.task dpo, but found ${is}${hint}`,
      ] as const,
  );
}

/** @param filters all of them, or some. */
function filtersAnything(filters: Partial<z.output<typeof dataSection>["filters"]>): boolean {
  return !isDeepStrictEqual(
    { ...dataSection.parse({}).filters, ...filters },
    dataSection.parse({}).filters,
  );
}

function weighsSources(source: z.output<typeof dataSection>["source"]): boolean {
  return [source].flat().some((entry) => typeof entry === "object" && entry.weight !== 1);
}

interface Sections {
  readonly data: z.output<typeof dataSection>;
  readonly tokenizer: z.output<typeof tokenizerSection>;
  readonly model: z.output<typeof modelSection>;
  readonly vocabulary: z.output<typeof vocabularySection>;
  readonly train: z.output<typeof trainSection>;
  readonly lora: z.output<typeof loraSection>;
  readonly dpo: z.output<typeof dpoSection>;
  readonly evaluate: z.output<typeof evaluateSection>;
  readonly generate: z.output<typeof generateSection>;
}
