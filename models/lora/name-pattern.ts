/**
 * Regular expressions over module names, as PEFT's configs hold them. They come from files, so those
 * that could take exponential time are refused: no repeated group, few repetitions.
 */
import { AdapterError } from "./lora-config.ts";

const maxLength = 500;
const maxRepetitions = 4;

/** Whether the name, or its end after a dot, matches (PEFT's `rank_pattern`, `alpha_pattern`). */
export function endsWithPattern(pattern: string, name: string): boolean {
  return compiled(`(?:.*\\.)?(?:${checked(pattern)})$`).test(name);
}

/** Whether the whole name matches. */
export function isWholePattern(pattern: string, name: string): boolean {
  return compiled(`(?:${checked(pattern)})$`).test(name);
}

function checked(pattern: string): string {
  const repetitions = pattern.match(/(?<!\\)[*+{]/g)?.length ?? 0;
  if (pattern.length > maxLength || repetitions > maxRepetitions || /\)[*+{]/.test(pattern)) {
    throw new AdapterError(
      `the pattern ${JSON.stringify(pattern.slice(0, 80))} is too costly to match; name the modules in a list`,
    );
  }
  return pattern;
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})`);
  } catch (error) {
    throw new AdapterError(`no regular expression: ${source}`, { cause: error });
  }
}
