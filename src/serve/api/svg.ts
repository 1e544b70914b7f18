/** `/v1/svg`: a caption in; SVG, PNG or JSON out, and drawings as they grow. */
import { z } from "zod";
import type { DrawnSequence } from "../draw-all.ts";
import type { Progress } from "../engine/protocol.ts";
import { badRequest } from "../errors.ts";
import { bookkeeping, count, model, readBody, readCaption, sampling, tokens } from "./fields.ts";
import { type ApiContext, findModel, type Plan, planSequences } from "./sequences.ts";

/** A colour that stands in an attribute: nothing that a drawing could be left by. */
const color = z.string().regex(/^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24})$/, {
  error: "expected a colour, as #1f2933 or white",
});

export const svgBody = z
  .strictObject({
    prompt: z.string().describe("The caption."),
    model: model.nullish(),
    n: count.nullish().describe("Drawings given; more than one need the format `json`."),
    candidates: count
      .nullish()
      .describe("Drawings made, of which the `n` are given that owe most to the caption."),
    format: z.enum(["svg", "png", "json"]).nullish().describe("`svg` unless given."),
    stream: z.boolean().nullish().describe("Send tokens and drawings as they grow, as events."),
    max_tokens: tokens.nullish().describe("Longest drawing in tokens."),
    size: z.number().int().min(8).max(2048).nullish().describe("Pixels of a PNG's longer side."),
    color: color.nullish().describe("Of a PNG: what `currentColor` stands for; black."),
    background: color.nullish().describe("Of a PNG: behind the drawing; nothing unless given."),
    tokens: z.boolean().nullish().describe("With `json`: tell the tokens of each drawing."),
    ...sampling,
    ...bookkeeping,
  })
  .describe("A caption becomes a drawing.");

export interface SvgAnswer {
  readonly plan: Plan;
  readonly model: string;
  readonly prompt: string;
  readonly format: "svg" | "png" | "json";
  readonly stream: boolean;
  readonly picture: {
    readonly size: number;
    readonly color: string;
    readonly background: string | null;
  };
  /** The drawings that are given, the best first where they were ranked. */
  choose(drawn: readonly DrawnSequence[]): readonly DrawnSequence[];
  json(drawn: readonly DrawnSequence[]): object;
}

export function planSvg(body: unknown, context: ApiContext): SvgAnswer {
  const asked = readBody(svgBody, body);
  const served = findModel(context, asked.model);
  const prompt = readCaption(asked.prompt, "prompt", context.serve.maxCaption);
  const n = asked.n ?? 1;
  const made = asked.candidates ?? Math.max(n, context.generate.candidates);
  if (made < n) throw badRequest(`candidates is ${made}, below n, which is ${n}`, "candidates");
  const stream = asked.stream === true;
  const format = asked.format ?? (n > 1 ? "json" : "svg");
  if (n > 1 && format !== "json" && !stream) {
    throw badRequest("several drawings are given as json", "format");
  }
  const plan = planSequences(context, asked, {
    model: served,
    prompts: [prompt],
    candidates: made,
    maxTokens: asked.max_tokens,
    scored: made > n,
    alternatives: null,
    tokens: stream || asked.tokens === true,
    stop: [],
    live: stream ? "picture" : null,
  });
  const choose: SvgAnswer["choose"] = (drawn) =>
    made === n ? drawn : [...drawn].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, n);
  return {
    plan,
    prompt,
    format,
    stream,
    choose,
    model: served.id,
    picture: {
      size: asked.size ?? 512,
      color: asked.color ?? "black",
      background: asked.background ?? null,
    },
    json: (drawn) => ({
      model: served.id,
      prompt,
      seed: plan.seed,
      drawings: choose(drawn).map((each) => ({
        svg: each.end.svg,
        score: each.end.score,
        tokens: each.end.tokens,
        ...(asked.tokens === true ? { sequence: each.tokens.map(tokenOf) } : {}),
      })),
    }),
  };
}

function scoreOf({ end }: DrawnSequence): number {
  return end.score ?? 0;
}

function tokenOf({ id, text, element }: DrawnSequence["tokens"][number]) {
  return { id, text, element };
}

/** The events that tell of a drawing's progress. */
export function svgEvents(index: number, progress: Progress): { event: string; data: object }[] {
  const events: { event: string; data: object }[] = [];
  const { tokens: drawn, partial, end } = progress;
  if (drawn.length > 0)
    events.push({ event: "tokens", data: { index, tokens: drawn.map(tokenOf) } });
  if (partial !== null) events.push({ event: "partial", data: { index, svg: partial } });
  if (end !== null) {
    const { svg, score, tokens: length } = end;
    events.push({ event: "drawing", data: { index, svg, score, tokens: length } });
  }
  return events;
}
