/** How raw SVG stands in a sample. */
import { PathloomError } from "../../errors/index.ts";
import { type CanonicalOptions, defaultCanonicalOptions } from "../../svg/index.ts";

export interface TextOptions extends Omit<CanonicalOptions, "strict"> {
  /**
   * `markers`: `<|ctx|>` caption `<|objs|>` SVG `<|end_svg|>`, three tokens that are added.
   * `instruction`: "Instruction: Create a valid minimal SVG for: " caption, "Response: " SVG, with
   * the base tokenizer's own tokens alone.
   * `bare`: nothing but the SVG and the token that ends it, for templates that say all the rest.
   */
  readonly wrapper: "markers" | "instruction" | "bare";
  /** Of `bare`: the token that ends a drawing, as `<|im_end|>`; "" for the base tokenizer's own. */
  readonly end: string;
  /** Of `bare`: a space in front, which some templates have before an answer; "" for none. */
  readonly lead: "" | " ";
}

const { strict: _, ...canonical } = defaultCanonicalOptions;
export const defaultTextOptions: TextOptions = {
  ...canonical,
  wrapper: "markers",
  end: "",
  lead: "",
};

export class TextOptionsError extends PathloomError {
  override readonly name: string = "TextOptionsError";
  override readonly code: string = "ERR_TEXT_OPTIONS";
}

const choices: Readonly<Record<Exclude<keyof TextOptions, "grid" | "end">, readonly unknown[]>> = {
  wrapper: ["markers", "instruction", "bare"],
  lead: ["", " "],
  shapes: ["keep", "paths"],
  arcs: ["keep", "cubics"],
  quadratics: ["keep", "cubics"],
  strokes: ["keep", "drop"],
  groups: ["keep", "flatten"],
  gradients: ["keep", "first-stop"],
  order: ["keep", "sorted"],
  colorBits: [4, 8],
};
const smallestGrid = 8;
const largestGrid = 1024;

/**
 * Options from outside, with the defaults for what is left out.
 * @throws TextOptionsError naming the key that is unknown or wrong.
 */
export function parseTextOptions(input: unknown): TextOptions {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new TextOptionsError(`text options must be an object, not ${JSON.stringify(input)}`);
  }
  const options: Record<string, unknown> = { ...defaultTextOptions };
  for (const [key, value] of Object.entries(input)) {
    if (!Object.hasOwn(defaultTextOptions, key)) {
      const known = Object.keys(defaultTextOptions).join(", ");
      throw new TextOptionsError(`unknown text option "${key}"; the options are ${known}`);
    }
    if (value !== undefined) options[key] = value;
  }
  const { grid } = options;
  if (!Number.isInteger(grid) || Number(grid) < smallestGrid || Number(grid) > largestGrid) {
    throw wrong("grid", grid, `an integer from ${smallestGrid} to ${largestGrid}`);
  }
  for (const [key, values] of Object.entries(choices)) {
    if (!values.includes(options[key])) {
      throw wrong(key, options[key], `one of ${values.join(", ")}`);
    }
  }
  if (typeof options.end !== "string" || options.end.length > 100) {
    throw wrong("end", options.end, "a token's text");
  }
  // Every key was checked above, so the object has the options' types.
  return options as unknown as TextOptions;
}

function wrong(key: string, value: unknown, wanted: string): TextOptionsError {
  return new TextOptionsError(
    `text option "${key}" must be ${wanted}, not ${JSON.stringify(value)}`,
  );
}

/** The canonical form that the tokenizer holds. */
export function textCanonical(options: TextOptions): CanonicalOptions {
  const { wrapper: _, end: __, lead: ___, ...rest } = options;
  return { ...rest, strict: false };
}
