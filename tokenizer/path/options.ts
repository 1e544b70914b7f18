/**
 * What a path vocabulary holds. Each option that is off takes its tokens away, and drawings that
 * need them are refused, so that a vocabulary for stroke icons stays small.
 */
import { PathloomError } from "../../errors/index.ts";
import type { CanonicalOptions } from "../../svg/index.ts";

/**
 * What the tokenizer `path` can say, and with which tokens.
 * @example
 * const options: Partial<PathOptions> = { grid: 128, coordinates: "merged", gradients: false };
 * const tokenizer = createPathTokenizer({ options });
 */
export interface PathOptions {
  /** Length of the longer side of the view box; one coordinate token for each of 0 to grid. */
  readonly grid: number;
  /** `separate` x and y tokens, or one token a point, numbered y * grid + x: `merged`. */
  readonly coordinates: "separate" | "merged";
  /** `relative`: all but an element's first point as steps from the last point. */
  readonly positions: "absolute" | "relative";
  /** Longest step with a token of its own; longer ones are written as absolute coordinates. */
  readonly relativeRange: number;
  /** Circles, ellipses, rects, lines, polylines and polygons as elements of their own. */
  readonly shapes: boolean;
  readonly arcs: boolean;
  readonly quadratics: boolean;
  readonly strokes: boolean;
  /** `sorted`: what may stand in any order is written in one. */
  readonly order: CanonicalOptions["order"];
  readonly opacity: boolean;
  readonly gradients: boolean;
  readonly groups: boolean;
  /** `current`: currentColor alone. 24-bit colours take two tokens (by nibbles) or three (by channel). */
  readonly colors: "current" | "12-bit" | "24-bit-in-2" | "24-bit-in-3";
  /**
   * The appearance before a drawing's first appearance token: SVG's own (filled, black or, without
   * colours, currentColor), or that of stroke icons (no fill, a round currentColor stroke of 1/12
   * grid). Drawings that agree with it spend no token on appearance.
   */
  readonly initial: "filled" | "stroked";
}

export const defaultPathOptions: PathOptions = {
  grid: 200,
  coordinates: "separate",
  positions: "absolute",
  relativeRange: 64,
  shapes: true,
  arcs: true,
  quadratics: true,
  strokes: true,
  order: "keep",
  opacity: true,
  gradients: true,
  groups: true,
  colors: "12-bit",
  initial: "filled",
};

/**
 * A lean vocabulary for sets like Lucide: one colour, the user's; every element stroked alike.
 * @example
 * const tokenizer = createPathTokenizer({ options: { ...strokeIconOptions, grid: 64 } });
 * console.log(tokenizer.vocabulary.size);
 */
export const strokeIconOptions: PathOptions = {
  ...defaultPathOptions,
  grid: 96,
  opacity: false,
  gradients: false,
  groups: false,
  colors: "current",
  initial: "stroked",
};

export class PathOptionsError extends PathloomError {
  override readonly name: string = "PathOptionsError";
  override readonly code: string = "ERR_PATH_OPTIONS";
}

const choices = {
  coordinates: ["separate", "merged"],
  positions: ["absolute", "relative"],
  order: ["keep", "sorted"],
  colors: ["current", "12-bit", "24-bit-in-2", "24-bit-in-3"],
  initial: ["filled", "stroked"],
} as const;

const switches = [
  "shapes",
  "arcs",
  "quadratics",
  "strokes",
  "opacity",
  "gradients",
  "groups",
] as const;

const ranges = { grid: [8, 1024], relativeRange: [1, 1024] } as const;
/** A merged vocabulary grows with the grid's square. */
const largestMergedGrid = 512;

/**
 * Options from outside, with the defaults for what is left out.
 * @throws PathOptionsError naming the key that is unknown, wrong or in conflict.
 */
export function parsePathOptions(input: unknown): PathOptions {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new PathOptionsError(`path options must be an object, not ${JSON.stringify(input)}`);
  }
  const given: Record<string, unknown> = { ...input };
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(defaultPathOptions, key)) {
      const known = Object.keys(defaultPathOptions).join(", ");
      throw new PathOptionsError(`unknown path option "${key}"; the options are ${known}`);
    }
    if (given[key] === undefined) delete given[key];
  }
  for (const [key, [low, high]] of Object.entries(ranges)) {
    const value = given[key];
    const fits = Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
    if (value !== undefined && !fits) wrong(key, value, `an integer from ${low} to ${high}`);
  }
  for (const [key, values] of Object.entries(choices)) {
    const value = given[key];
    if (value !== undefined && !values.some((choice) => choice === value)) {
      wrong(key, value, `one of ${values.join(", ")}`);
    }
  }
  for (const key of switches) {
    const value = given[key];
    if (value !== undefined && typeof value !== "boolean") wrong(key, value, "true or false");
  }
  // Every key was checked above, so the merged object has the options' types.
  const options: PathOptions = { ...defaultPathOptions, ...given };
  refuseConflicts(options);
  return options;
}

function wrong(key: string, value: unknown, wanted: string): never {
  throw new PathOptionsError(
    `path option "${key}" must be ${wanted}, not ${JSON.stringify(value)}`,
  );
}

function refuseConflicts(options: PathOptions): void {
  if (options.coordinates === "merged" && options.positions === "relative") {
    throw new PathOptionsError(
      'path option "positions" can be relative only with separate coordinates',
    );
  }
  if (options.coordinates === "merged" && options.grid > largestMergedGrid) {
    throw new PathOptionsError(
      `path option "grid" can be at most ${largestMergedGrid} with merged coordinates, which take grid * grid tokens`,
    );
  }
  if (options.initial === "stroked" && !options.strokes) {
    throw new PathOptionsError('path option "initial" is stroked, but "strokes" is false');
  }
}

/** The canonical form that a vocabulary with these options holds. */
export function canonicalOptionsOf(options: PathOptions): CanonicalOptions {
  return {
    grid: options.grid,
    shapes: options.shapes ? "keep" : "paths",
    arcs: options.arcs ? "keep" : "cubics",
    quadratics: options.quadratics ? "keep" : "cubics",
    strokes: options.strokes ? "keep" : "drop",
    groups: options.groups ? "keep" : "flatten",
    gradients: options.gradients ? "keep" : "first-stop",
    order: options.order,
    colorBits: options.colors === "24-bit-in-2" || options.colors === "24-bit-in-3" ? 8 : 4,
    strict: false,
  };
}
