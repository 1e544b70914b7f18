/** Captions made simple by a chat model, or refused by it. */
import { z } from "zod";
import type { SynthesizeConfig } from "../config/index.ts";
import { ItemFault } from "./errors.ts";
import type { Service } from "./service.ts";

const instructions = `You turn captions of photographs into captions of small drawings. Name the one thing or the few things that a simple icon can show, in at most eight words, without names of people, places, brands, colours or feelings. Answer <caption> in angle brackets and nothing else. Where no simple drawing can show it, answer NO.`;

/** A message without content is a refusal. */
const answerSchema = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().max(100_000).nullable() }) }))
    .min(1),
});

const longestCaption = 200;

/** @throws ItemFault where the model refuses, or does not answer as it is asked to */
export async function simplifyCaption(
  service: Service,
  caption: string,
  { chatModel, examples }: Pick<SynthesizeConfig, "chatModel" | "examples">,
): Promise<string> {
  if (chatModel === null) return caption;
  const shown = examples.flatMap((example) => [
    { role: "user", content: example.caption },
    { role: "assistant", content: example.answer },
  ]);
  const messages = [
    { role: "system", content: instructions },
    ...shown,
    { role: "user", content: caption },
  ];
  const body = { model: chatModel, messages, temperature: 0 };
  const answer = await service.ask("/chat/completions", body, (said) =>
    Buffer.from(answerSchema.parse(said).choices[0]!.message.content ?? "NO", "utf8"),
  );
  return readAnswer(answer.toString("utf8"));
}

/** @throws ItemFault for NO, and for what is neither that nor a caption */
export function readAnswer(answer: string): string {
  const text = answer.trim();
  const inside = /<\s*([^<>]+?)\s*>/.exec(text)?.[1];
  if (inside === undefined && /^["'(]?no\b/i.test(text)) {
    throw new ItemFault("the chat model says NO", false);
  }
  const said = (inside ?? text).replaceAll(/\s+/g, " ");
  if (inside !== undefined && /^no$/i.test(said)) {
    throw new ItemFault("the chat model says NO", false);
  }
  if (
    said === "" ||
    said.length > longestCaption ||
    (inside === undefined && /[\n.:<>]/.test(text))
  ) {
    throw new ItemFault("the chat model does not answer with a caption", false);
  }
  return said;
}
