/** What the semantic tokenizer holds and how it writes numbers. */
import { PathloomError } from "../../errors/index.ts";
import type { CanonicalOptions } from "../../svg/index.ts";

export interface SemanticOptions {
  /** Length of the longer side of the view box, in the units that are written. */
  readonly grid: number;
  /** Decimals of a coordinate: the canonical grid is `grid` * 10 ^ `precision`. */
  readonly precision: number;
  /** `relative`: path commands count from the last point, as in LLM4SVG's data. */
  readonly positions: "absolute" | "relative";
  readonly groups: CanonicalOptions["groups"];
  readonly gradients: CanonicalOptions["gradients"];
  readonly strokes: CanonicalOptions["strokes"];
  readonly shapes: CanonicalOptions["shapes"];
  readonly order: CanonicalOptions["order"];
  readonly colorBits: CanonicalOptions["colorBits"];
}

export const defaultSemanticOptions: SemanticOptions = {
  grid: 200,
  precision: 0,
  positions: "absolute",
  groups: "keep",
  gradients: "keep",
  strokes: "keep",
  shapes: "keep",
  order: "keep",
  colorBits: 8,
};

/**
 * LLM4SVG's own way: a canvas of 128 units, path commands relative, numbers to two decimals,
 * gradients replaced by their first colour, groups flattened.
 */
export const llm4svgOptions: SemanticOptions = {
  ...defaultSemanticOptions,
  grid: 128,
  precision: 2,
  positions: "relative",
  groups: "flatten",
  gradients: "first-stop",
};

export class SemanticOptionsError extends PathloomError {
  override readonly name: string = "SemanticOptionsError";
  override readonly code: string = "ERR_SEMANTIC_OPTIONS";
}

/** Of a canonical drawing. */
const largestGrid = 16_384;
const ranges = { grid: [8, 1024], precision: [0, 2] } as const;
const choices: Readonly<Partial<Record<keyof SemanticOptions, readonly unknown[]>>> = {
  positions: ["absolute", "relative"],
  groups: ["keep", "flatten"],
  gradients: ["keep", "first-stop"],
  strokes: ["keep", "drop"],
  shapes: ["keep", "paths"],
  order: ["keep", "sorted"],
  colorBits: [4, 8],
};

/**
 * Options from outside, with the defaults for what is left out.
 * @throws SemanticOptionsError naming the key that is unknown or wrong.
 */
export function parseSemanticOptions(input: unknown): SemanticOptions {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new SemanticOptionsError(`semantic options must be an object, not ${typeof input}`);
  }
  const options: Record<string, unknown> = { ...defaultSemanticOptions };
  for (const [key, value] of Object.entries(input)) {
    if (!Object.hasOwn(defaultSemanticOptions, key)) {
      const known = Object.keys(defaultSemanticOptions).join(", ");
      throw new SemanticOptionsError(`unknown semantic option "${key}"; the options are ${known}`);
    }
    if (value !== undefined) options[key] = value;
  }
  for (const [key, [low, high]] of Object.entries(ranges)) {
    const value = options[key];
    if (!Number.isInteger(value) || Number(value) < low || Number(value) > high) {
      throw wrong(key, value, `an integer from ${low} to ${high}`);
    }
  }
  for (const [key, values] of Object.entries(choices)) {
    if (!values.includes(options[key])) {
      throw wrong(key, options[key], `one of ${values.join(", ")}`);
    }
  }
  // Every key was checked above, so the object has the options' types.
  const checked = options as unknown as SemanticOptions;
  if (semanticCanonical(checked).grid > largestGrid) {
    throw wrong(
      "precision",
      checked.precision,
      `such that ${checked.grid} units have no more than ${largestGrid} steps`,
    );
  }
  return checked;
}

function wrong(key: string, value: unknown, wanted: string): SemanticOptionsError {
  const shown = JSON.stringify(value);
  return new SemanticOptionsError(`semantic option "${key}" must be ${wanted}, not ${shown}`);
}

/** The canonical form that the tokenizer holds. */
export function semanticCanonical(options: SemanticOptions): CanonicalOptions {
  return {
    grid: options.grid * 10 ** options.precision,
    shapes: options.shapes,
    arcs: "keep",
    quadratics: "keep",
    strokes: options.strokes,
    groups: options.groups,
    gradients: options.gradients,
    order: options.order,
    colorBits: options.colorBits,
    strict: false,
  };
}
