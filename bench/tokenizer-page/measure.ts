/** What the tokenizer makes of a set: refusals, drops, tokens by counter, pixel errors by grid. */
import { type DropReason, parseDrawing, SvgError } from "../../svg/index.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";
import type { Icon } from "../../tests/sets/icon-sets.ts";
import type { Counter } from "./counters.ts";

/** Lengths of the longer side that pixel errors are measured on. */
export const grids = [96, 200, 512] as const;
/** Pixels of the longer side of the renderings. */
export const pictureSize = 96;

export interface TokenFigures {
  readonly mean: number;
  readonly median: number;
  readonly longest: number;
  /** Drawings that came back unchanged; null where that was not tried. */
  readonly identical: number | null;
}

export interface PixelFigures {
  readonly grid: number;
  readonly mean: number;
  /** Of the drawings that nothing was dropped from. */
  readonly worstWhole: number;
  /** The largest errors of all, largest first. */
  readonly worst: readonly { readonly file: string; readonly error: number }[];
}

export interface SetFigures {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** Files that are refused, by message. */
  readonly refused: ReadonlyMap<string, number>;
  /** Files by what was dropped from them. */
  readonly dropped: ReadonlyMap<DropReason, number>;
  /** Files that anything was dropped from. */
  readonly incomplete: number;
  readonly tokens: ReadonlyMap<string, TokenFigures>;
  readonly pixels: readonly PixelFigures[];
}

export function measureSet(
  name: string,
  icons: readonly Icon[],
  counters: readonly Counter[],
): SetFigures {
  const refused = new Map<string, number>();
  const dropped = new Map<DropReason, number>();
  const incomplete = new Set<string>();
  const accepted = icons.filter(({ file, svg }) => {
    try {
      const reasons = Object.keys(parseDrawing(svg).dropped) as DropReason[];
      for (const reason of reasons) increase(dropped, reason);
      if (reasons.length > 0) incomplete.add(file);
      return true;
    } catch (error) {
      if (!(error instanceof SvgError)) throw error;
      increase(refused, error.message);
      return false;
    }
  });
  const tokens = new Map(counters.map((each) => [each.name, countTokens(each, accepted)]));
  return {
    name,
    files: icons.length,
    bytes: icons.reduce((sum, { svg }) => sum + Buffer.byteLength(svg), 0),
    refused,
    dropped,
    incomplete: incomplete.size,
    tokens,
    pixels: grids.map((grid) => measurePixels(accepted, grid, incomplete)),
  };
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countTokens(counter: Counter, icons: readonly Icon[]): TokenFigures {
  const counts: number[] = [];
  let identical: number | null = null;
  for (const { svg } of icons) {
    const counted = counter.count(svg);
    counts.push(counted.tokens);
    if (counted.identical !== null) identical = (identical ?? 0) + Number(counted.identical);
  }
  counts.sort((a, b) => a - b);
  return {
    mean: mean(counts),
    median: counts[Math.floor(counts.length / 2)] ?? 0,
    longest: counts.at(-1) ?? 0,
    identical,
  };
}

/** @param incomplete the files that something was dropped from */
function measurePixels(
  icons: readonly Icon[],
  grid: number,
  incomplete: ReadonlySet<string>,
): PixelFigures {
  const errors = icons.map(({ file, svg }) => ({ file, error: errorOn(svg, grid) }));
  errors.sort((a, b) => b.error - a.error);
  return {
    grid,
    mean: mean(errors.map(({ error }) => error)),
    worstWhole: errors.find(({ file }) => !incomplete.has(file))?.error ?? 0,
    worst: errors.slice(0, 4),
  };
}

/** How far the canonical drawing is from the file to the eye, 0 to 1, on white. */
export function errorOn(svg: string, grid: number): number {
  const look = { size: pictureSize, background: "white" };
  return pixelError(
    renderPixels(svg, look),
    renderPixels(parseDrawing(svg, { grid }).drawing, look),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
