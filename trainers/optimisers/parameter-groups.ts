/**
 * Groups of parameters that learn at a rate or with a decay of their own, as PyTorch's `param_groups`,
 * chosen by patterns over names: `layers.0.*`, `*.norm*`, `embedding.weight`.
 */
import { PathloomError } from "../../errors/index.ts";

export interface ParameterGroup {
  /** `*` stands for any characters, dots too; all else for itself. */
  readonly match: string;
  /** Highest learning rate; the run's where it is null. */
  readonly learningRate: number | null;
  /** The optimiser's where it is null. */
  readonly weightDecay: number | null;
}

/** A pattern that names no parameter. */
export class PatternError extends PathloomError {
  override readonly name: string = "PatternError";
  override readonly code: string = "ERR_PATTERN";
}

const mostStars = 8;
const longest = 300;

/** @throws PatternError for a pattern with so many stars that matching could take long. */
export function namePattern(pattern: string): (name: string) => boolean {
  const parts = pattern.split("*");
  if (parts.length - 1 > mostStars || pattern.length > longest) {
    throw new PatternError(
      `the pattern "${pattern.slice(0, 80)}" has more than ${mostStars} stars or ${longest} characters`,
    );
  }
  const source = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  const expression = new RegExp(`^${source}$`, "s");
  return (name) => expression.test(name);
}

/**
 * Which names match any of the patterns.
 * @param where the patterns come from, as `train.frozen`
 * @throws PatternError for a pattern that matches none of them
 */
export function matching(
  patterns: readonly string[],
  names: readonly string[],
  where: string,
): Set<string> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = names.filter(namePattern(pattern));
    if (matches.length === 0) throw matchesNone(pattern, names, where);
    for (const name of matches) found.add(name);
  }
  return found;
}

/**
 * The group of each parameter; the first that matches it.
 * @throws PatternError for a group that would hold no parameter
 */
export function groupsOf(
  groups: readonly ParameterGroup[],
  names: readonly string[],
): Map<string, ParameterGroup> {
  const found = new Map<string, ParameterGroup>();
  for (const group of groups) {
    const matches = names.filter(namePattern(group.match));
    if (matches.length === 0) throw matchesNone(group.match, names, "train.groups");
    const free = matches.filter((name) => !found.has(name));
    if (free.length === 0) {
      throw new PatternError(
        `train.groups: earlier groups hold all that "${group.match}" matches, as ${matches[0]}; put it before them`,
      );
    }
    for (const name of free) found.set(name, group);
  }
  return found;
}

function matchesNone(pattern: string, names: readonly string[], where: string): PatternError {
  const some = names.filter((_, i) => i % Math.max(1, Math.floor(names.length / 4)) === 0);
  return new PatternError(
    `${where}: "${pattern}" matches none of the ${names.length} parameters that learn, as ${some.slice(0, 4).join(", ")}`,
  );
}
