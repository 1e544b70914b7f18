/**
 * Drawings in questions and answers: Alpaca's instruction, input and output, and messages of a chat.
 * Text to SVG and SVG to text give the same pair of caption and drawing.
 */

import { DecodeError, llm4svgToSvg } from "../../../tokenizer/index.ts";
import { captionOf } from "../captions.ts";
import { textOf } from "./table.ts";

export type Pair = { readonly svg: string; readonly captions: readonly string[] };

/** LLM4SVG's files that are already written in its tokens. */
const encoded = "[<|START_OF_SVG|>]";

export function pairIn(
  values: Readonly<Record<string, unknown>>,
  kind: "alpaca" | "messages",
): Pair | { readonly reason: string } {
  const turns = kind === "alpaca" ? alpacaTurns(values) : messageTurns(values);
  if (turns === null) return { reason: "no list of messages with a role and text" };
  const drawn = turns.findIndex(({ text }) => svgIn(text) !== null);
  const svg = svgIn(turns[drawn]?.text ?? "");
  if (svg === null) return { reason: "no <svg> in it" };
  if (typeof svg !== "string") return svg;
  // A drawing that is asked about is answered by its caption; one that is drawn follows it.
  const asked = turns[drawn]?.by === "user";
  const said = asked
    ? turns.find(({ by }, index) => by === "assistant" && index > drawn)
    : turns.findLast(({ by }, index) => by === "user" && index < drawn);
  const caption = captionOf(said?.text ?? "");
  return { svg, captions: caption === "" ? [] : [caption] };
}

/**
 * Of a cell that holds messages, or one message: the last text that was said by this side.
 * Null where it holds none.
 */
export function lastSaid(value: unknown, by: Turn["by"]): string | null {
  const turns = messageTurns({ messages: Array.isArray(value) ? value : [value] });
  return turns?.findLast((turn) => turn.by === by)?.text ?? null;
}

/** A drawing that an assistant's message holds, whatever it says around it. */
export function drawnIn(value: unknown): string | null {
  const text = lastSaid(value, "assistant");
  if (text === null) return null;
  const svg = svgIn(text);
  return typeof svg === "string" ? svg : text;
}

interface Turn {
  readonly by: "user" | "assistant";
  readonly text: string;
}

/** The input is what the instruction is about; without one, the instruction says it all. */
function alpacaTurns(values: Readonly<Record<string, unknown>>): Turn[] {
  const [instruction = "", input = "", output = ""] = ["instruction", "input", "output"].map(
    (name) => textOf(values[name]) ?? "",
  );
  return [
    { by: "user", text: input.trim() === "" ? instruction : input },
    { by: "assistant", text: output },
  ];
}

const roles: Readonly<Record<string, Turn["by"]>> = {
  user: "user",
  human: "user",
  assistant: "assistant",
  gpt: "assistant",
};

/** `{role, content}` as of OpenAI, `{from, value}` as of ShareGPT; other roles are passed over. */
function messageTurns(values: Readonly<Record<string, unknown>>): Turn[] | null {
  const list = values.messages ?? values.conversations;
  if (!Array.isArray(list)) return null;
  return list.slice(0, 1000).flatMap((message: unknown): Turn[] => {
    if (typeof message !== "object" || message === null) return [];
    const { role, content, from, value } = message as Record<string, unknown>;
    const by = roles[textOf(role ?? from) ?? ""];
    const text = contentOf(content ?? value);
    return by === undefined || text === null ? [] : [{ by, text }];
  });
}

/** Text, or parts of which some are text. */
function contentOf(content: unknown): string | null {
  if (!Array.isArray(content)) return textOf(content);
  return content
    .flatMap((part: unknown) =>
      typeof part === "object" && part !== null && "text" in part ? (textOf(part.text) ?? []) : [],
    )
    .join("\n");
}

/** From the first `<svg` to the last `</svg>`, whatever stands around it; or what LLM4SVG's tokens say. */
function svgIn(text: string): string | { readonly reason: string } | null {
  if (text.includes(encoded)) return encodedSvg(text);
  const from = text.search(/<svg[\s>]/);
  const to = text.lastIndexOf("</svg>");
  return from < 0 || to < from ? null : text.slice(from, to + "</svg>".length);
}

function encodedSvg(text: string): string | { readonly reason: string } {
  try {
    return llm4svgToSvg(text);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { reason: `tokens of LLM4SVG that do not fit: ${error.message}` };
  }
}
