/** `/v1/completions` of OpenAI: captions in, the text of drawings out. */
import { z } from "zod";
import type { DrawnSequence } from "../draw-all.ts";
import type { DrawnToken, Progress } from "../engine/protocol.ts";
import { badRequest } from "../errors.ts";
import {
  bookkeeping,
  count,
  model,
  neutral,
  readBody,
  readCaption,
  sampling,
  stop,
  streaming,
  tokens,
} from "./fields.ts";
import { type ApiContext, findModel, planSequences } from "./sequences.ts";
import { streamingOf, type TextAnswer, usageOf } from "./text-answer.ts";

const ids = z
  .array(
    z
      .number()
      .int()
      .min(0)
      .max(2 ** 31),
  )
  .min(1)
  .max(1_000_000);

export const completionBody = z
  .strictObject({
    model,
    prompt: z
      .union([z.string(), z.array(z.string()).min(1).max(1024), ids, z.array(ids).min(1).max(1024)])
      .describe("A caption or several; or the ids that stand before the drawing."),
    max_tokens: tokens.nullish().describe("Longest drawing in tokens."),
    n: count.nullish().describe("Drawings given for each caption."),
    best_of: count
      .nullish()
      .describe("Drawings made for each caption, of which the `n` are given that owe most to it."),
    logprobs: z
      .number()
      .int()
      .min(0)
      .max(20)
      .nullish()
      .describe("Tell the likelihood of each token, and the so many likeliest."),
    echo: z.literal(false, { error: "is not supported: leave it out" }).nullish(),
    suffix: z.literal("", { error: "is not supported: leave it out" }).nullish(),
    stop,
    ...streaming,
    ...sampling,
    ...neutral,
    ...bookkeeping,
  })
  .describe("A completion: captions become SVG.");

export function planCompletion(body: unknown, context: ApiContext): TextAnswer {
  const asked = readBody(completionBody, body);
  const served = findModel(context, asked.model);
  const { maxCaption } = context.serve;
  const prompts = promptsOf(asked.prompt).map((prompt, i) => {
    if (typeof prompt === "string") return readCaption(prompt, `prompt[${i}]`, maxCaption);
    if (prompt.length <= served.contextLength) return prompt;
    throw badRequest(`prompt[${i}]: ${prompt.length} ids exceed the context`, "prompt");
  });
  const n = asked.n ?? 1;
  const bestOf = asked.best_of ?? n;
  if (bestOf < n) throw badRequest(`best_of is ${bestOf}, below n, which is ${n}`, "best_of");
  const stream = asked.stream === true;
  if (stream && bestOf > n) {
    throw badRequest("the best are known at the end: leave out best_of, or stream", "best_of");
  }
  const plan = planSequences(context, asked, {
    model: served,
    prompts,
    candidates: bestOf,
    maxTokens: asked.max_tokens,
    scored: bestOf > n,
    alternatives: asked.logprobs ?? null,
    tokens: asked.logprobs != null,
    stop: [asked.stop ?? []].flat(),
    live: stream ? "text" : null,
  });
  return {
    plan,
    ...streamingOf(asked, served),
    head: { id: "cmpl", object: "text_completion" },
    streamHead: { id: "cmpl", object: "text_completion" },
    choose: (drawn) => bestOfEach(drawn, prompts.length, bestOf, n),
    choice: (drawn, index) => ({
      text: drawn.text,
      index,
      logprobs: asked.logprobs == null ? null : logprobsOf(drawn.tokens, 0),
      finish_reason: drawn.end.reason,
    }),
    opening: () => null,
    delta(index, progress, before) {
      const logprobs = asked.logprobs == null ? null : logprobsOf(progress.tokens, before);
      return { text: progress.text, index, logprobs, finish_reason: progress.end?.reason ?? null };
    },
    usage: (drawn) => usageOf(drawn, prompts.length, bestOf),
  };
}

function promptsOf(prompt: z.output<typeof completionBody>["prompt"]) {
  if (typeof prompt === "string") return [prompt];
  if (typeof prompt[0] === "number") return [prompt as readonly number[]];
  return prompt as readonly (string | readonly number[])[];
}

/** Of each caption's drawings those that owe most to it, the best first. */
function bestOfEach(
  drawn: readonly DrawnSequence[],
  prompts: number,
  bestOf: number,
  n: number,
): DrawnSequence[] {
  if (bestOf === n) return [...drawn];
  return Array.from({ length: prompts }, (_, prompt) =>
    drawn
      .slice(prompt * bestOf, (prompt + 1) * bestOf)
      .sort((a, b) => (b.end.score ?? 0) - (a.end.score ?? 0))
      .slice(0, n),
  ).flat();
}

/** Texts come element by element, so that all tokens of an element stand where it begins. */
function logprobsOf(drawn: readonly DrawnToken[] | Progress["tokens"], offset: number) {
  return {
    tokens: drawn.map(({ text }) => text),
    token_logprobs: drawn.map(({ logprob }) => logprob),
    top_logprobs: drawn.map(({ alternatives }) =>
      Object.fromEntries(alternatives.map(({ text, logprob }) => [text, logprob])),
    ),
    text_offset: drawn.map(() => offset),
  };
}
