/** The texts around what each task gives and asks for, by the name that a configuration gives them. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { chatTemplateOf, chatTemplates, type TokenizerSettings } from "../../checkpoints/index.ts";
import {
  type BaseTokenizer,
  plainTemplates,
  type SvgTokenizer,
  type Task,
  type TaskTemplates,
  tasks,
} from "../../tokenizer/index.ts";
import { ConfigError, type TokenizerConfig } from "../config/index.ts";

/** What is asked for where a template has a place for it; the first is LLM4SVG's. */
const instructions: Readonly<Record<Task, string>> = {
  "text-to-svg": "Generate an SVG illustration from the given description.",
  "svg-to-text": "Describe what the given SVG illustration shows.",
  completion: "Complete an SVG illustration from the given description.",
  editing: "Change the given SVG illustration as the instruction says.",
};

/**
 * LLM4SVG's texts: the GPT-2 recipe's `. output:` behind the caption, or Alpaca's instruction, input and
 * response, with which its Llama was tuned.
 * @param prompt around captions.
 */
export function writtenTemplates(
  template: "llm4svg" | "alpaca",
  tokenizer: SvgTokenizer,
  prompt: string,
): TaskTemplates {
  const asked: Readonly<Record<Task, string>> = {
    "text-to-svg": prompt,
    "svg-to-text": "{drawing}",
    completion: prompt,
    editing: "{instruction}\n{drawing}",
  };
  const plain = plainTemplates();
  const ends = textEnd(tokenizer);
  const made = tasks.map((task) => {
    const words =
      template === "llm4svg"
        ? `${asked[task]}. output:`
        : `${alpaca}### Instruction:\n${instructions[task]}\n\n### Input:\n${asked[task]}\n\n### Response:\n`;
    const end = template === "llm4svg" ? "" : ends;
    return [task, { ...plain[task], prompt: words, before: "", end }] as const;
  });
  return Object.fromEntries(made) as Record<Task, TaskTemplates[Task]>;
}

/** Of Stanford Alpaca, with an input. */
const alpaca =
  "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n";

/** The token that ends a text, where it is another than the one that ends drawings. */
function textEnd({ vocabulary }: SvgTokenizer): string {
  const known = ["<|end_of_text|>", "<eos>", "</s>", "<|endoftext|>"];
  const found = known.find((token) => vocabulary.id(token) !== undefined);
  return found === undefined || vocabulary.id(found) === vocabulary.special.eos ? "" : found;
}

/**
 * The chat template of the base model, or of the folder that `tokenizer.base` names.
 * @throws ChatTemplateError, ConfigError
 */
export function chatTemplatesOf(
  { base, prompt, system, type }: TokenizerConfig,
  settings: TokenizerSettings,
): TaskTemplates {
  if (type === "path") {
    throw new ConfigError([
      "tokenizer.template: chat is the base model's own, and path has a vocabulary of its own; take semantic or text",
    ]);
  }
  const own = base === null ? settings : settingsBeside(base);
  if (chatTemplateOf(own) === null) {
    throw new ConfigError([
      "tokenizer.template: chat needs a chat template in tokenizer_config.json or chat_template.jinja beside the base tokenizer, and there is none; take alpaca, or the model that was tuned for chats",
    ]);
  }
  const user: Readonly<Record<Task, string>> = {
    "text-to-svg": prompt,
    "svg-to-text": `${instructions["svg-to-text"]}\n{drawing}`,
    completion: prompt,
    editing: "{instruction}\n{drawing}",
  };
  return chatTemplates(own, { user, system });
}

const largestFile = 10_000_000;

/** @param place a tokenizer.json, or a folder that holds one. */
function settingsBeside(place: string): TokenizerSettings {
  const folder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ? place : dirname(place);
  const config = textAt(join(folder, "tokenizer_config.json"));
  const chatTemplate = textAt(join(folder, "chat_template.jinja"));
  try {
    return {
      ...(config === undefined ? {} : { config: JSON.parse(config) }),
      ...(chatTemplate === undefined ? {} : { chatTemplate }),
    };
  } catch (error) {
    throw new ConfigError(
      [`tokenizer.base: ${join(folder, "tokenizer_config.json")}: ${(error as Error).message}`],
      { cause: error },
    );
  }
}

function textAt(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (found.size > largestFile) {
    throw new ConfigError([`tokenizer.base: ${file}: ${found.size} bytes are too many`]);
  }
  return readFileSync(file, "utf8");
}

/** The token that ends a turn and with it a bare drawing; "" where that is the base tokenizer's own. */
export function endOf(base: BaseTokenizer, chat: TaskTemplates | null): string {
  if (chat === null) return "";
  const [first] = base.encode(chat["text-to-svg"].end);
  return first !== undefined && base.isAdded(first) ? base.token(first) : "";
}

/** The space that a template has before an answer, where a piece of text has none of itself. */
export function leadOf(base: BaseTokenizer, chat: TaskTemplates | null): "" | " " {
  return chat?.["text-to-svg"].before.endsWith(" ") && !base.spaceInFront ? " " : "";
}

/**
 * Templates as drawings fit them: what a bare drawing begins and ends with, a space and the turn's end,
 * is its own, and not said again.
 * @param bare whether drawings are raw SVG alone.
 */
export function fittedTo(
  tokenizer: SvgTokenizer,
  chat: TaskTemplates,
  bare: boolean,
): TaskTemplates {
  if (!bare) return chat;
  const last = tokenizer.vocabulary.token(tokenizer.vocabulary.special.eos);
  const made = tasks.map((task) => {
    const { before, end } = chat[task];
    if (task === "svg-to-text") return [task, chat[task]] as const;
    return [
      task,
      {
        ...chat[task],
        before: before.replace(/ $/, ""),
        end: end.startsWith(last) ? end.slice(last.length) : end,
      },
    ] as const;
  });
  return Object.fromEntries(made) as Record<Task, TaskTemplates[Task]>;
}
