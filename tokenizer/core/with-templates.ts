/** The texts around each task's slots, kept with the tokenizer: what training wrote, generation writes. */
import type { SvgTokenizer } from "./svg-tokenizer.ts";
import { promptPieces, type Task, type TaskTemplate, type TaskTemplates, tasks } from "./tasks.ts";
import { TokenizerFileError } from "./tokenizer-file.ts";

const key = "templates";
const longest = 200_000;

/**
 * The tokenizer with other texts around what each task gives and asks for. Its file says so under
 * `model.pathloom.templates`.
 * @throws RangeError for a prompt without its slots.
 */
export function withTemplates(tokenizer: SvgTokenizer, templates: TaskTemplates): SvgTokenizer {
  for (const task of tasks) promptPieces(task, templates[task].prompt);
  return {
    ...delegated(tokenizer),
    templates,
    toJSON() {
      const root = tokenizer.toJSON() as { readonly model: { readonly pathloom: object } };
      const { model } = root;
      return { ...root, model: { ...model, pathloom: { ...model.pathloom, [key]: templates } } };
    },
  };
}

/** All that a tokenizer does, by its own methods, to be changed in part. */
export function delegated(tokenizer: SvgTokenizer): SvgTokenizer {
  const { name, canonical, vocabulary, fit, asGiven, progress, structure, templates } = tokenizer;
  return {
    ...{ name, canonical, vocabulary },
    encode: (drawing) => tokenizer.encode(drawing),
    decode: (ids) => tokenizer.decode(ids),
    encodeText: (text, around) => tokenizer.encodeText(text, around),
    decodeText: (ids) => tokenizer.decodeText(ids),
    encodePlain: (text, around) => tokenizer.encodePlain(text, around),
    isText: (id) => tokenizer.isText(id),
    split: (drawing, elements) => tokenizer.split(drawing, elements),
    leaves: (given, id) => tokenizer.leaves(given, id),
    automaton: () => tokenizer.automaton(),
    toJSON: () => tokenizer.toJSON(),
    ...(fit !== undefined && { fit: fit.bind(tokenizer) }),
    ...(asGiven !== undefined && { asGiven: asGiven.bind(tokenizer) }),
    ...(progress !== undefined && { progress: progress.bind(tokenizer) }),
    ...(structure !== undefined && { structure }),
    ...(templates !== undefined && { templates }),
  };
}

const texts = ["prompt", "before", "end", "after"] as const;
const place = `model.pathloom.${key}`;

/**
 * The templates that a file holds; null where it holds none.
 * @throws TokenizerFileError naming the first that is wrong.
 */
export function templatesIn(json: unknown): TaskTemplates | null {
  const found = ["model", "pathloom", key].reduce<unknown>(
    (node, name) =>
      typeof node === "object" && node !== null ? Reflect.get(node, name) : undefined,
    json,
  );
  if (found === undefined) return null;
  if (typeof found !== "object" || found === null) throw wrong(place, "must be an object");
  const read = tasks.map((task) => [task, readTemplate(Reflect.get(found, task), task)] as const);
  return Object.fromEntries(read) as Record<Task, TaskTemplate>;
}

function readTemplate(json: unknown, task: Task): TaskTemplate {
  const at = `${place}.${task}`;
  if (typeof json !== "object" || json === null) throw wrong(at, "must be an object");
  const template = json as Readonly<Record<string, unknown>>;
  for (const name of texts) {
    const text = template[name];
    if (typeof text !== "string" || text.length > longest) {
      throw wrong(`${at}.${name}`, `must be a text of at most ${longest} characters`);
    }
  }
  for (const name of ["begin", "learnOpening"]) {
    if (typeof template[name] !== "boolean") throw wrong(`${at}.${name}`, "must be true or false");
  }
  if (template.trim !== undefined && typeof template.trim !== "boolean") {
    throw wrong(`${at}.trim`, "must be true or false");
  }
  try {
    promptPieces(task, template.prompt as string);
  } catch (error) {
    throw wrong(`${at}.prompt`, (error as Error).message);
  }
  const { prompt, before, end, after, begin, learnOpening, trim } =
    template as unknown as TaskTemplate;
  return {
    prompt,
    before,
    end,
    after,
    begin,
    learnOpening,
    ...(trim === undefined ? {} : { trim }),
  };
}

function wrong(where: string, message: string): TokenizerFileError {
  return new TokenizerFileError(where, message);
}
