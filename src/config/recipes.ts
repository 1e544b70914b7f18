/** The recipes that come with Pathloom, found by name wherever a configuration's file is asked for. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { ConfigError } from "./errors.ts";
import { suggest } from "./keys.ts";

export interface Recipe {
  /** As `quickstart`. */
  readonly name: string;
  /** The YAML file within the package. */
  readonly file: string;
  /** Its first sentence. */
  readonly about: string;
}

/** The recipe that `pathloom train` follows where none is named. */
export const defaultRecipe = "quickstart";

/** In the order of their names; none where the package was installed without them. */
export function packagedRecipes(): Recipe[] {
  const folder = recipeFolder(import.meta.dirname);
  if (folder === null) return [];
  return (
    readdirSync(folder)
      // The examples are of a checkout, whose scripts they belong to.
      .filter((name) => name.endsWith(".yaml") && !name.startsWith("example-"))
      .sort()
      .map((entry) => {
        const file = join(folder, entry);
        return { name: basename(entry, ".yaml"), file, about: firstSentence(file) };
      })
  );
}

/**
 * @param asked the path of a YAML file, or the name of a recipe that comes with Pathloom. A file of
 * that very path comes first.
 * @returns the path of the file.
 * @throws ConfigError with the nearest name where there is neither.
 */
export function recipeFile(asked: string): string {
  if (statSync(asked, { throwIfNoEntry: false })?.isFile()) return asked;
  const recipes = packagedRecipes();
  const isName = basename(asked) === asked && extname(asked) === "";
  const named = recipes.find(({ name }) => name === basename(asked, extname(asked)));
  if (isName && named !== undefined) return named.file;
  // A folder or a device is for whoever reads it to refuse.
  if (existsSync(asked)) return asked;
  const near = suggest(
    basename(asked, extname(asked)),
    recipes.map(({ name }) => name),
  );
  const hint =
    near === undefined
      ? "pathloom recipes lists those that come with Pathloom"
      : named === undefined
        ? `did you mean ${near}? (pathloom recipes lists all)`
        : `the recipe that comes with Pathloom is named ${near}`;
  throw new ConfigError([
    `${asked}: no such file${isName ? ", and no recipe of that name" : ""}; ${hint}`,
  ]);
}

/** The folder `configs` of the package above this file, be it source or compiled. */
function recipeFolder(from: string): string | null {
  const folder = join(from, "configs");
  if (existsSync(join(folder, `${defaultRecipe}.yaml`))) return folder;
  return dirname(from) === from ? null : recipeFolder(dirname(from));
}

/** Of the comment that a recipe begins with; commands stand in it as indented lines. */
function firstSentence(file: string): string {
  const lines = readFileSync(file, "utf8").split("\n");
  const end = lines.findIndex((line) => !/^# \S/.test(line));
  const text = lines.slice(0, end === -1 ? undefined : end).map((line) => line.slice(2));
  const whole = text.join(" ").trim();
  return (/^.*?\.(?= [A-Z]|$)/.exec(whole)?.[0] ?? whole).replace(/[.:]$/, "");
}
