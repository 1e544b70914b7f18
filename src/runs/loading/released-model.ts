/** The model that the package brings along, which draws where nobody names another. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** What recipes call it: its folder in a checkout. */
export const releasedName = "weights/icons";

export interface ReleasedModel {
  /** In the Hugging Face layout. */
  readonly folder: string;
  /** The recipe that made it; its section `generate` says how it draws best. */
  readonly recipe: string;
}

/**
 * @param from a folder within the package.
 * @returns null where the package was installed without its weights.
 */
export function releasedModel(from: string = import.meta.dirname): ReleasedModel | null {
  const folder = join(from, "weights", "icons");
  const recipe = join(from, "configs", "icons.yaml");
  if (existsSync(join(folder, "config.json")) && existsSync(recipe)) return { folder, recipe };
  return dirname(from) === from ? null : releasedModel(dirname(from));
}
