/** A text around captions, kept with the representation: "{caption}. output:", say. */
import type { Representation } from "./representation.ts";

const slot = "{caption}";
const key = "prompt";
const longest = 10_000;

/**
 * The representation with a text around every caption that it encodes. Its file says so under
 * `model.pathloom.prompt`.
 * @param template with `{caption}` in it, once.
 * @throws RangeError for a template without the slot, or with more than one.
 */
export function withPromptTemplate(
  representation: Representation,
  template: string,
): Representation {
  if (template === slot) return representation;
  const [before, after, more] = template.split(slot);
  if (before === undefined || after === undefined || more !== undefined) {
    throw new RangeError(`a prompt must have ${slot} in it, once: ${JSON.stringify(template)}`);
  }
  const wrapped: Representation = {
    name: representation.name,
    canonical: representation.canonical,
    vocabulary: representation.vocabulary,
    encode: (drawing) => representation.encode(drawing),
    decode: (ids) => representation.decode(ids),
    encodeText: (text) => representation.encodeText(before + text + after),
    decodeText(ids) {
      const text = representation.decodeText(ids);
      const from = text.startsWith(before) ? before.length : 0;
      const to = text.endsWith(after) ? text.length - after.length : text.length;
      return text.slice(from, to);
    },
    automaton: () => representation.automaton(),
    toJSON: () => withTemplateIn(representation.toJSON(), template),
  };
  const { fit } = representation;
  return fit === undefined ? wrapped : { ...wrapped, fit: fit.bind(representation) };
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
