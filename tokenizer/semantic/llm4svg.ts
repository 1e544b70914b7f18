/**
 * Reads descriptions as LLM4SVG's own data hold them, whatever their numbers, attributes and
 * gradients: the tokens become the SVG that they stand for, which is read like any other.
 * Several segments may follow one command's token, and gradients may be defined by `tag_id` and
 * used by reference.
 */
import { DecodeError } from "../core/svg-tokenizer.ts";
import { llm4svgOptions, type SemanticOptions } from "./options.ts";
import { type SemanticName, semanticNames } from "./tokens.ts";

const commandLetters: Readonly<Partial<Record<SemanticName, string>>> = {
  moveto: "M",
  lineto: "L",
  horizontal_lineto: "H",
  vertical_lineto: "V",
  curveto: "C",
  smooth_curveto: "S",
  quadratic_bezier_curve: "Q",
  smooth_quadratic_bezier_curveto: "T",
  elliptical_Arc: "A",
  close_the_path: "Z",
};
const containers = new Set<string>(["linearGradient", "radialGradient"]);
const attributeNames: Readonly<Partial<Record<SemanticName, string>>> = { tag_id: "id" };
const names = new Set<string>(semanticNames);
const token = /\[<\|([\w-]+)\|>\]([^[]*)/g;

/**
 * The SVG document of a description.
 * @param text from `[<|START_OF_SVG|>]` to `[<|END_OF_SVG|>]`; what stands around them is skipped.
 * @throws DecodeError with the index of the semantic token that does not fit.
 */
export function llm4svgToSvg(
  text: string,
  options: Pick<SemanticOptions, "grid" | "positions"> = llm4svgOptions,
): string {
  const writer = new MarkupWriter(options.positions === "relative");
  let position = 0;
  for (const [, name = "", value = ""] of text.matchAll(token)) {
    if (!names.has(name)) throw new DecodeError(`[<|${name}|>] is no semantic token`, position);
    writer.add(name as SemanticName, value.trim(), position);
    position++;
  }
  const size = `viewBox="0 0 ${options.grid} ${options.grid}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${writer.finish(position)}</svg>`;
}

class MarkupWriter {
  readonly #relative: boolean;
  #text = "";
  /** The tag that still takes attributes. */
  #tag = "";
  #attributes = new Map<string, string>();
  #content = "";
  /** Elements that are open around it. */
  readonly #open: string[] = [];
  #state: "before" | "inside" | "after" = "before";

  constructor(relative: boolean) {
    this.#relative = relative;
  }

  add(name: SemanticName, value: string, position: number): void {
    if (name === "START_OF_SVG") {
      if (this.#state !== "before") throw new DecodeError("a second drawing begins", position);
      this.#state = "inside";
      return;
    }
    if (this.#state !== "inside") {
      throw new DecodeError("this token stands outside the drawing", position);
    }
    if (name === "END_OF_SVG") {
      this.#closeAll();
      this.#state = "after";
    } else if (name === "start_of_g") this.#begin("g");
    else if (name === "end_of_g") this.#endGroup(position);
    else if (name.startsWith("svg_")) this.#begin(name.slice("svg_".length));
    else this.#attribute(name, value, position);
  }

  finish(position: number): string {
    if (this.#state !== "after") throw new DecodeError("the drawing does not end", position);
    return this.#text;
  }

  #attribute(name: SemanticName, value: string, position: number): void {
    if (this.#tag === "") throw new DecodeError("an attribute stands in no element", position);
    const letter = commandLetters[name];
    if (letter !== undefined) {
      const form = this.#relative && letter !== "Z" ? letter.toLowerCase() : letter;
      const data = this.#attributes.get("d") ?? "";
      this.#attributes.set("d", `${data}${form}${value}`);
    } else if (name === "path_d") this.#attributes.set("d", value);
    else if (name === "text-content") this.#content = value;
    else this.#attributes.set(attributeNames[name] ?? name, value);
  }

  #begin(tag: string): void {
    this.#flush();
    const parent = this.#open.at(-1) ?? "";
    if (containers.has(parent) && tag !== "stop") this.#close();
    this.#tag = tag;
  }

  #endGroup(position: number): void {
    this.#flush();
    while (containers.has(this.#open.at(-1) ?? "")) this.#close();
    if (this.#open.pop() !== "g") throw new DecodeError("no group is open", position);
    this.#text += "</g>";
  }

  #closeAll(): void {
    this.#flush();
    while (this.#open.length > 0) this.#close();
  }

  #close(): void {
    this.#text += `</${this.#open.pop()}>`;
  }

  /** Writes the tag whose attributes are complete. */
  #flush(): void {
    const tag = this.#tag;
    if (tag === "") return;
    this.#text += `<${tag}`;
    for (const [name, value] of this.#attributes) this.#text += ` ${name}="${escapeText(value)}"`;
    if (tag === "g" || containers.has(tag)) {
      this.#text += ">";
      this.#open.push(tag);
    } else if (this.#content === "") this.#text += "/>";
    else this.#text += `>${escapeText(this.#content)}</${tag}>`;
    this.#tag = "";
    this.#attributes = new Map();
    this.#content = "";
  }
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
