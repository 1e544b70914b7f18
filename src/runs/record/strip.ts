/** How drawings of the same captions came to be: those that a run kept on the way. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CanonicalOptions, type Drawing, parseDrawing, SvgError } from "../../../svg/index.ts";
import type { StripRow } from "../../report/index.ts";
import { sampleFile } from "./sample-files.ts";

const mostSteps = 8;

/**
 * @param samples the folder in which `step-000200/01-arrow-up.svg` and the like lie.
 * @param prompts in the order in which they were drawn.
 * @returns a row for each prompt of which there is a drawing, of steps from all over.
 */
export function stripsOf(
  samples: string,
  prompts: readonly string[],
  canonical: CanonicalOptions,
): StripRow[] {
  const steps = spread(stepFolders(samples), mostSteps);
  return prompts.flatMap((caption, index) => {
    const cells = steps.flatMap((step) => {
      const file = join(samples, step, sampleFile(index, caption));
      const drawing = existsSync(file) ? drawingIn(file, canonical) : null;
      return drawing === null ? [] : [{ step: Number(step.slice("step-".length)), drawing }];
    });
    return cells.length === 0 ? [] : [{ caption, cells }];
  });
}

function stepFolders(samples: string): string[] {
  if (!existsSync(samples)) return [];
  return readdirSync(samples)
    .filter((name) => /^step-\d+$/.test(name))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

/** The first, the last and others evenly between. */
function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from(
    { length: most },
    (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!,
  );
}

/** Null for a file that someone changed into no drawing. */
function drawingIn(file: string, canonical: CanonicalOptions): Drawing | null {
  try {
    return parseDrawing(readFileSync(file, "utf8"), canonical).drawing;
  } catch (error) {
    if (error instanceof SvgError) return null;
    throw error;
  }
}
