/** A text around captions, kept with the tokenizer: "{caption}. output:", say. */
import type { SvgTokenizer } from "./svg-tokenizer.ts";
import { plainTemplates, type TaskTemplates } from "./tasks.ts";
import { delegated } from "./with-templates.ts";

const slot = "{caption}";
const key = "prompt";
const longest = 10_000;

/**
 * The tokenizer with a text around every caption that it encodes. Its file says so under
 * `model.pathloom.prompt`.
 * @param template with `{caption}` in it, once.
 * @throws RangeError for a template without the slot, or with more than one.
 */
export function withPromptTemplate(tokenizer: SvgTokenizer, template: string): SvgTokenizer {
  if (template === slot) return tokenizer;
  const [before, after, more] = template.split(slot);
  if (before === undefined || after === undefined || more !== undefined) {
    throw new RangeError(`a prompt must have ${slot} in it, once: ${JSON.stringify(template)}`);
  }
  return {
    ...delegated(tokenizer),
    templates: around(tokenizer.templates ?? plainTemplates(), template),
    encodeText: (text, around) =>
      tokenizer.encodeText(text, {
        before: (around?.before ?? "") + before,
        after: after + (around?.after ?? ""),
      }),
    decodeText(ids) {
      const text = tokenizer.decodeText(ids);
      const from = text.startsWith(before) ? before.length : 0;
      const to = text.endsWith(after) ? text.length - after.length : text.length;
      return text.slice(from, to);
    },
    toJSON: () => withTemplateIn(tokenizer.toJSON(), template),
  };
}

/** With a text around captions wherever they are asked for, and its first space before those written. */
function around(templates: TaskTemplates, template: string): TaskTemplates {
  const own = plainTemplates(template);
  const asked = (task: "text-to-svg" | "completion") => ({
    ...templates[task],
    prompt: templates[task].prompt.replace(slot, () => template),
  });
  return {
    "text-to-svg": asked("text-to-svg"),
    completion: asked("completion"),
    "svg-to-text": {
      ...templates["svg-to-text"],
      before: templates["svg-to-text"].before + own["svg-to-text"].before,
    },
    editing: {
      ...templates.editing,
      prompt: templates.editing.prompt.replace(
        "{instruction}",
        `${own["svg-to-text"].before}{instruction}`,
      ),
    },
  };
}

/** The template that a file holds; `{caption}` where it holds none, or none of use. */
export function promptTemplateIn(json: unknown): string {
  const found = ["model", "pathloom", key].reduce<unknown>(
    (node, name) =>
      typeof node === "object" && node !== null ? Reflect.get(node, name) : undefined,
    json,
  );
  const isTemplate =
    typeof found === "string" && found.length <= longest && found.split(slot).length === 2;
  return isTemplate ? found : slot;
}

function withTemplateIn(json: unknown, template: string): unknown {
  const root = json as { readonly model: { readonly pathloom: object } };
  const { model } = root;
  return { ...root, model: { ...model, pathloom: { ...model.pathloom, [key]: template } } };
}
