/** Drawings to complete and to edit, with what each should become. */
import { type CorpusEntry, type EditOptions, editsOf } from "../../data/index.ts";
import { canonicalise, type Drawing } from "../../svg/index.ts";
import { EncodeError, encodeTaskPrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import { canBegin } from "../generate/index.ts";

export type ChangeTask = "completion" | "editing";

export interface ChangeQuestion {
  /** What the whole shows, or the instruction. */
  readonly prompt: string;
  readonly given: Drawing;
  readonly target: Drawing;
}

export interface QuestionOptions {
  readonly task: ChangeTask;
  /** Edits that are made where the entries are none. */
  readonly edits: EditOptions;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
}

/** Of each drawing the first half of its elements, or the edits that it has or that are made of it. */
export function changeQuestions(
  entries: readonly CorpusEntry[],
  tokenizer: SvgTokenizer,
  options: QuestionOptions,
): ChangeQuestion[] {
  const { task, edits } = options;
  const asked = task === "completion" ? entries.flatMap(halved) : entries.flatMap(editedBy(edits));
  return asked.flatMap((question) => held(question, tokenizer, options) ?? []);
}

function halved({ captions, drawing }: CorpusEntry): ChangeQuestion[] {
  const { elements } = drawing;
  if (elements.length < 2) return [];
  const given = { ...drawing, elements: elements.slice(0, Math.ceil(elements.length / 2)) };
  return [{ prompt: captions[0] ?? "", given, target: drawing }];
}

function editedBy(edits: EditOptions) {
  return (entry: CorpusEntry): ChangeQuestion[] => {
    if (entry.before !== undefined) {
      const { before: given, drawing: target } = entry;
      return entry.captions.slice(0, 1).map((prompt) => ({ prompt, given, target }));
    }
    return editsOf(entry, edits).map(({ before, instruction, after }) => {
      return { prompt: instruction, given: before, target: after };
    });
  };
}

/** As the tokenizer holds both; null where it cannot, where they are one to it, or too long. */
function held(
  { prompt, given, target }: ChangeQuestion,
  tokenizer: SvgTokenizer,
  { task, contextLength }: QuestionOptions,
): ChangeQuestion | null {
  try {
    const [from, to] = [given, target].map((drawing) => {
      const canonical = canonicalise(drawing, tokenizer.canonical);
      return tokenizer.encode(tokenizer.fit?.(canonical) ?? canonical);
    });
    if (from!.join() === to!.join()) return null;
    const said =
      task === "completion" ? { caption: prompt } : { drawing: from!, instruction: prompt };
    const { ids } = encodeTaskPrompt(tokenizer, task, said);
    const room = contextLength - ids.length - spare;
    if (to!.length > room) return null;
    const drawings = { given: tokenizer.decode(from!), target: tokenizer.decode(to!) };
    if (task === "completion" && !canBegin(tokenizer, drawings.given, room)) return null;
    return { prompt, ...drawings };
  } catch (error) {
    if (error instanceof EncodeError) return null;
    throw error;
  }
}

/** Tokens that templates may have before and behind an answer. */
const spare = 16;
