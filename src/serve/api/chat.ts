/** `/v1/chat/completions` of OpenAI: what the user asked for last is the caption. */
import { z } from "zod";
import type { DrawnToken } from "../engine/protocol.ts";
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

const content = z.union([
  z.string(),
  z
    .array(z.strictObject({ type: z.literal("text"), text: z.string() }))
    .min(1)
    .max(64),
]);

const message = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: content.nullish(),
  name: z.string().max(200).nullish(),
  refusal: z.null().optional(),
});

export const chatBody = z
  .strictObject({
    model,
    messages: z
      .array(message)
      .min(1)
      .max(1024)
      .describe("The last message of the user is the caption; these models remember no talk."),
    max_tokens: tokens.nullish().describe("Longest drawing in tokens."),
    max_completion_tokens: tokens.nullish().describe("The same."),
    n: count.nullish().describe("Drawings given."),
    logprobs: z.boolean().nullish().describe("Tell the likelihood of each token."),
    top_logprobs: z.number().int().min(0).max(20).nullish().describe("And of so many others."),
    response_format: z.strictObject({ type: z.literal("text") }).nullish(),
    modalities: z.array(z.literal("text")).max(1).nullish(),
    stop,
    ...streaming,
    ...sampling,
    ...neutral,
    ...bookkeeping,
  })
  .describe("A chat completion: the caption becomes SVG.");

export function planChat(body: unknown, context: ApiContext): TextAnswer {
  const asked = readBody(chatBody, body);
  const served = findModel(context, asked.model);
  const last = asked.messages.findLast(({ role }) => role === "user");
  if (last?.content == null)
    throw badRequest("no message of the user says what to draw", "messages");
  const text =
    typeof last.content === "string"
      ? last.content
      : last.content.map((part) => part.text).join("");
  const caption = readCaption(text, "messages", context.serve.maxCaption);
  if (asked.top_logprobs != null && asked.logprobs !== true) {
    throw badRequest("top_logprobs needs logprobs: true", "top_logprobs");
  }
  const alternatives = asked.logprobs === true ? (asked.top_logprobs ?? 0) : null;
  const n = asked.n ?? 1;
  const stream = asked.stream === true;
  const plan = planSequences(context, asked, {
    model: served,
    prompts: [caption],
    candidates: n,
    alternatives,
    tokens: alternatives !== null,
    maxTokens: asked.max_completion_tokens ?? asked.max_tokens,
    scored: false,
    stop: [asked.stop ?? []].flat(),
    live: stream ? "text" : null,
  });
  return {
    plan,
    ...streamingOf(asked, served),
    head: { id: "chatcmpl", object: "chat.completion" },
    streamHead: { id: "chatcmpl", object: "chat.completion.chunk" },
    choose: (drawn) => drawn,
    choice: ({ text: drawnText, tokens: drawnTokens, end }, index) => ({
      index,
      message: { role: "assistant", content: drawnText, refusal: null },
      logprobs: alternatives === null ? null : logprobsOf(drawnTokens),
      finish_reason: end.reason,
    }),
    opening: (index) => ({
      index,
      delta: { role: "assistant", content: "", refusal: null },
      logprobs: null,
      finish_reason: null,
    }),
    delta: (index, progress) => ({
      index,
      delta: progress.text === "" ? {} : { content: progress.text },
      logprobs: alternatives === null ? null : logprobsOf(progress.tokens),
      finish_reason: progress.end?.reason ?? null,
    }),
    usage: (drawn) => usageOf(drawn, 1, n),
  };
}

/** Tokens of drawings are no text: they have no bytes of it. */
function logprobsOf(drawn: readonly DrawnToken[]) {
  const content = drawn.map(({ text, logprob, alternatives }) => ({
    token: text,
    logprob,
    bytes: null,
    top_logprobs: alternatives.map((each) => ({
      token: each.text,
      logprob: each.logprob,
      bytes: null,
    })),
  }));
  return { content, refusal: null };
}
