/** Which wording, steps, guidance and seed give drawings that are short and like their captions. */
import type { Recipe } from "./images.ts";

export interface MadeItem {
  /** Index of the recipe. */
  readonly recipe: number;
  readonly accepted: boolean;
  /** Of what was traced; null where nothing was. */
  readonly tokens: number | null;
  readonly error: number | null;
  readonly clip: number | null;
}

export interface RankedRecipe extends Recipe {
  readonly images: number;
  readonly accepted: number;
  /** Means over what was traced; null where nothing was, or nothing scored. */
  readonly tokens: number | null;
  readonly error: number | null;
  readonly clip: number | null;
}

/** By the sum of the places by tokens (few) and by CLIP's score (high), where it is known; the best first. */
export function rankRecipes(
  recipes: readonly Recipe[],
  items: readonly MadeItem[],
): RankedRecipe[] {
  const rows = recipes.map((recipe, i): RankedRecipe => {
    const own = items.filter((item) => item.recipe === i);
    return {
      ...recipe,
      images: own.length,
      accepted: own.filter(({ accepted }) => accepted).length,
      tokens: mean(own.map(({ tokens }) => tokens)),
      error: mean(own.map(({ error }) => error)),
      clip: mean(own.map(({ clip }) => clip)),
    };
  });
  const byTokens = placesOf(rows.map(({ tokens }) => tokens ?? Number.POSITIVE_INFINITY));
  const byClip = placesOf(rows.map(({ clip }) => -(clip ?? Number.NEGATIVE_INFINITY)));
  const scored = rows.some(({ clip }) => clip !== null);
  const places = rows.map((_, i) => byTokens[i]! + (scored ? byClip[i]! : 0));
  return rows
    .map((row, i) => ({ row, i }))
    .sort((a, b) => places[a.i]! - places[b.i]! || byTokens[a.i]! - byTokens[b.i]! || a.i - b.i)
    .map(({ row }) => row);
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** How many values are less than each. */
function placesOf(values: readonly number[]): number[] {
  return values.map((value) => values.filter((other) => other < value).length);
}
