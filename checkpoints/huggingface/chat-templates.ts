/**
 * The chat template of a model as texts around a task's slots. The template, a Jinja program, is run
 * once with marks where captions and drawings will stand: what a caption says never reaches it.
 */
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { PathloomError } from "../../errors/index.ts";
import { type Task, type TaskTemplate, type TaskTemplates, tasks } from "../../tokenizer/index.ts";
import { isJsonObject } from "../files/strict-json.ts";
import type { TokenizerSettings } from "./tokenizer-config.ts";

/** A chat template that cannot be run, or does not show what is said. */
export class ChatTemplateError extends PathloomError {
  override readonly name: string = "ChatTemplateError";
  override readonly code: string = "ERR_CHAT_TEMPLATE";

  constructor(message: string, options?: ErrorOptions) {
    super(`chat template: ${message}`, options);
  }
}

export interface ChatWords {
  /** What the user says for a task, with its slots. */
  readonly user: Readonly<Record<Task, string>>;
  /** What the system says; nothing of ours unless given, which leaves a template its own. */
  readonly system?: string | null;
}

const longestTemplate = 200_000;
/** Steps of all loops over `range` together. */
const mostSteps = 10_000;
/** Marks of private use, which no template writes. */
const marks = { answer: "\uE000", from: "\uE001", to: "\uE002", slot: "\uE003" } as const;

/** The template that is used where none is named, and the tokens that it may write. */
export function chatTemplateOf({ config, chatTemplate }: TokenizerSettings): string | null {
  if (chatTemplate !== undefined) return chatTemplate;
  const found = config?.chat_template;
  if (typeof found === "string") return found;
  if (!Array.isArray(found)) return null;
  const named = found.filter(isJsonObject);
  const chosen = named.find(({ name }) => name === "default") ?? named[0];
  return typeof chosen?.template === "string" ? chosen.template : null;
}

/**
 * What stands around each task's slots in a conversation of one turn. Learnt is what the template marks
 * by `{% generation %}`, else all behind the prompt that asks for an answer.
 * @throws ChatTemplateError where it cannot be run, or shows what is said not once.
 * @example
 * import { chatTemplates, loadCheckpoint } from "pathloom/checkpoints";
 *
 * const { tokenizerSettings } = loadCheckpoint("models/qwen");
 * const user = {
 *   ...{ "text-to-svg": "{caption}", "svg-to-text": "What is this?\n{drawing}" },
 *   ...{ completion: "{caption}", editing: "{instruction}\n{drawing}" },
 * };
 * console.log(chatTemplates(tokenizerSettings, { user })["text-to-svg"].prompt);
 */
export function chatTemplates(settings: TokenizerSettings, words: ChatWords): TaskTemplates {
  const source = chatTemplateOf(settings);
  if (source === null) throw new ChatTemplateError("the model has none; take another template");
  if (source.length > longestTemplate) {
    throw new ChatTemplateError(`longer than ${longestTemplate} characters`);
  }
  const program = new ChatProgram(source, settings);
  const templates = tasks.map((task) => [task, templateOf(program, words, task)] as const);
  return Object.fromEntries(templates) as Record<Task, TaskTemplate>;
}

function templateOf(program: ChatProgram, { user, system }: ChatWords, task: Task): TaskTemplate {
  const asked = marked(user[task]);
  const messages = [
    ...(system === undefined || system === null ? [] : [{ role: "system", content: system }]),
    { role: "user", content: asked },
  ];
  const answer = { role: "assistant", content: marks.answer };
  const whole = program.render([...messages, answer], false);
  const prompt = program.render(messages, true);
  const plain = whole.replaceAll(marks.from, "").replaceAll(marks.to, "");
  for (const [what, mark] of [
    ["what the model answers", marks.answer],
    ...slotMarks(asked).map((slot) => ["what the user says", slot] as const),
  ] as const) {
    const times = plain.split(mark).length - 1;
    if (times !== 1) throw new ChatTemplateError(`it shows ${what} ${times} times, not once`);
  }
  const parts = generated(whole) ?? behindPrompt(plain, prompt);
  const [before = "", end = ""] = parts.answer.split(marks.answer);
  if (!parts.answer.includes(marks.answer)) {
    throw new ChatTemplateError("what it marks as generated is not the answer");
  }
  return {
    begin: false,
    prompt: unmarked(parts.before),
    before,
    end,
    after: parts.after,
    learnOpening: true,
    trim: program.trims(messages, asked),
  };
}

/** What the template marks as generated; null where it marks nothing. Parts that follow each other are one. */
function generated(whole: string) {
  const { from: begin, to: end } = marks;
  const joined = whole.replaceAll(end + begin, "");
  const at = joined.indexOf(marks.answer);
  const [first, last] = [joined.lastIndexOf(begin, at), joined.indexOf(end, at)];
  const some = joined.indexOf(begin);
  if (some < 0 || joined.indexOf(end, some) < 0) return null;
  // Where the answer is in none of them, any shows that.
  const [from, to] = first < 0 || last < 0 ? [some, joined.indexOf(end, some)] : [first, last];
  const bare = (text: string) => text.replaceAll(begin, "").replaceAll(end, "");
  return {
    before: bare(joined.slice(0, from)),
    answer: bare(joined.slice(from + 1, to)),
    after: bare(joined.slice(to + 1)),
  };
}

/** What comes behind the prompt is the answer; a prompt that no conversation begins with is passed over. */
function behindPrompt(whole: string, prompt: string) {
  const begins = whole.startsWith(prompt) && whole.indexOf(marks.answer) >= prompt.length;
  const at = begins ? prompt.length : whole.indexOf(marks.answer);
  return { before: whole.slice(0, at), answer: whole.slice(at), after: "" };
}

/** `{caption}` and the others as marks that the template cannot read. */
function marked(words: string): string {
  return words.replaceAll(/\{(caption|instruction|drawing)\}/g, `${marks.slot}$1${marks.slot}`);
}

function slotMarks(text: string): string[] {
  return text.match(new RegExp(`${marks.slot}\\w+${marks.slot}`, "g")) ?? [];
}

function unmarked(text: string): string {
  return text.replaceAll(new RegExp(`${marks.slot}(\\w+)${marks.slot}`, "g"), "{$1}");
}

type Message = { readonly role: string; readonly content: string };

class ChatProgram {
  readonly #program: ReturnType<typeof parse>;
  readonly #variables: Readonly<Record<string, unknown>>;
  #steps = 0;

  constructor(source: string, { config = {} }: TokenizerSettings) {
    // As Jinja reads files: a line's end is one character.
    this.#program = parsed(withMarks(source.replaceAll(/\r\n?/g, "\n")));
    const tokens = ["bos_token", "eos_token", "unk_token", "pad_token"].flatMap((name) => {
      const content = contentOf(config[name]);
      return content === undefined ? [] : [[name, content] as const];
    });
    this.#variables = {
      ...Object.fromEntries(tokens),
      ...{ true: true, false: false, none: null, True: true, False: false, None: null },
      raise_exception: (message: unknown) => {
        throw new Error(String(message));
      },
      range: (...bounds: readonly number[]) => this.#range(bounds),
      strftime_now: dated,
    };
  }

  render(messages: readonly Message[], add_generation_prompt: boolean): string {
    try {
      const variables = { ...this.#variables, messages, add_generation_prompt };
      const environment = new Environment();
      for (const [name, value] of Object.entries(variables)) environment.set(name, value);
      return String(new Interpreter(environment).run(this.#program).value);
    } catch (error) {
      throw new ChatTemplateError((error as Error).message, { cause: error });
    }
  }

  /** Whether it takes away the white space around what the user says. */
  trims(messages: readonly Message[], asked: string): boolean {
    const spaced = messages.map((message) =>
      message.content === asked ? { ...message, content: ` ${asked} ` } : message,
    );
    return !this.render(spaced, true).includes(` ${asked} `);
  }

  /** A hostile template must not count for ever. */
  #range(bounds: readonly number[]): number[] {
    const [first = 0, second, step = 1] = bounds.filter((bound) => typeof bound === "number");
    const [from, to] = second === undefined ? [0, first] : [first, second];
    const numbers: number[] = [];
    for (let at = from; step > 0 ? at < to : at > to; at += step) {
      if (step === 0 || ++this.#steps > mostSteps) throw new Error("it counts too far");
      numbers.push(at);
    }
    return numbers;
  }
}

function parsed(source: string): ReturnType<typeof parse> {
  try {
    return parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  } catch (error) {
    throw new ChatTemplateError((error as Error).message, { cause: error });
  }
}

/** Writes a mark where a generation begins and ends, with the white space that its tags leave. */
function withMarks(source: string): string {
  return source.replaceAll(
    /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}(\n?)/g,
    (_, left: string, isEnd: string | undefined, right: string, line: string) => {
      const mark = isEnd === undefined ? marks.from : marks.to;
      // A tag takes the line's end with it, unlike what writes.
      const rest = right === "+" ? line : "";
      return `{%${left === "-" ? "-" : ""} if true %}{% endif %}{{ "${mark}" ${right === "-" ? "-" : ""}}}${rest}`;
    },
  );
}

function contentOf(token: unknown): string | undefined {
  if (typeof token === "string") return token;
  const content = typeof token === "object" && token !== null && Reflect.get(token, "content");
  return typeof content === "string" ? content : undefined;
}

/** Always the same day, the one that Llama's templates fall back on, so that a run can be repeated. */
const day: Readonly<Record<string, string>> = {
  d: "26",
  m: "07",
  Y: "2024",
  y: "24",
  b: "Jul",
  B: "July",
  H: "00",
  M: "00",
  S: "00",
  A: "Friday",
  a: "Fri",
};

function dated(format: unknown): string {
  return String(format).replaceAll(/%-?([a-zA-Z])/g, (_, key: string) => day[key] ?? "");
}
