/** A text around captions, kept with the tokenizer: "{caption}. output:", say. */
import type { SvgTokenizer } from "./svg-tokenizer.ts";

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
  const wrapped: SvgTokenizer = {
    name: tokenizer.name,
    canonical: tokenizer.canonical,
    vocabulary: tokenizer.vocabulary,
    encode: (drawing) => tokenizer.encode(drawing),
    decode: (ids) => tokenizer.decode(ids),
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
    automaton: () => tokenizer.automaton(),
    toJSON: () => withTemplateIn(tokenizer.toJSON(), template),
  };
  const { fit, progress, structure } = tokenizer;
  return {
    ...wrapped,
    ...(fit !== undefined && { fit: fit.bind(tokenizer) }),
    ...(progress !== undefined && { progress: progress.bind(tokenizer) }),
    ...(structure !== undefined && { structure }),
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
