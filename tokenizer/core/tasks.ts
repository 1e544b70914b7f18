/** What a model can be asked for, and the text around each: a task's template is data. */

/**
 * `text-to-svg`: a caption becomes a drawing. `svg-to-text`: a drawing becomes its caption.
 * `completion`: a caption and the first elements of a drawing become the rest. `editing`: a drawing
 * and an instruction become another drawing.
 */
export const tasks = ["text-to-svg", "svg-to-text", "completion", "editing"] as const;
export type Task = (typeof tasks)[number];

/** Texts of the program's own, in which tokens of the base tokenizer are meant. */
export interface TaskTemplate {
  /** Whether the token that begins a sample stands before all. */
  readonly begin: boolean;
  /** What is given, with `{caption}`, `{instruction}` and `{drawing}` where these stand. */
  readonly prompt: string;
  /** What begins the answer, as the space after `[/INST]`; given when a model answers. */
  readonly before: string;
  /** What ends the answer, and is learnt with it. */
  readonly end: string;
  /** What follows then, and is not learnt. */
  readonly after: string;
  /**
   * Whether the answer's own first token is learnt, as chat templates do, too; a drawing's is given
   * otherwise, as nothing else can begin one.
   */
  readonly learnOpening: boolean;
  /** Whether white space around captions and instructions is left away; no unless given. */
  readonly trim?: boolean;
}

export type TaskTemplates = Readonly<Record<Task, TaskTemplate>>;

const slots = ["caption", "instruction", "drawing"] as const;
export type Slot = (typeof slots)[number];

/** What must stand in each task's prompt, once. */
export const slotsOf: Readonly<Record<Task, readonly Slot[]>> = {
  "text-to-svg": ["caption"],
  "svg-to-text": ["drawing"],
  completion: ["caption"],
  editing: ["drawing", "instruction"],
};

/** A prompt in pieces: its slots, and the texts between them. */
export type PromptPiece = { readonly text: string } | { readonly slot: Slot };

/** @throws RangeError where a slot that the task needs is missing, there twice, or another's. */
export function promptPieces(task: Task, prompt: string): PromptPiece[] {
  const parts = prompt.split(/(\{(?:caption|instruction|drawing)\})/);
  const pieces = parts.flatMap((part, index): PromptPiece[] => {
    if (index % 2 === 1) return [{ slot: part.slice(1, -1) as Slot }];
    return part === "" ? [] : [{ text: part }];
  });
  const found = pieces.flatMap((piece) => ("slot" in piece ? piece.slot : [])).sort();
  const needed = [...slotsOf[task]].sort();
  if (found.join() === needed.join()) return pieces;
  const named = needed.map((slot) => `{${slot}}`).join(" and ");
  throw new RangeError(
    `the prompt of ${task} must have ${named} in it, once: ${JSON.stringify(prompt)}`,
  );
}

const none = { begin: true, before: "", end: "", after: "", learnOpening: false } as const;

/**
 * Nothing but the tokenizer's own tokens around captions and drawings.
 * @param prompt around the caption of a drawing to make, as `{caption}. output:`.
 */
export function plainTemplates(prompt = "{caption}"): TaskTemplates {
  // The space that makes a caption's first word the same token wherever it stands.
  const space = /^\s*/.exec(prompt)?.[0] ?? "";
  return {
    "text-to-svg": { ...none, prompt },
    "svg-to-text": { ...none, prompt: "{drawing}", before: space },
    completion: { ...none, prompt },
    editing: { ...none, prompt: `{drawing}${space}{instruction}` },
  };
}
