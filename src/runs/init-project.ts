/** A first recipe of one's own: that of a recipe that comes with Pathloom, comments and all. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parse, parseDocument } from "yaml";
import { writeTextAtomically } from "../../checkpoints/index.ts";
import { hasPackage, packagesOf } from "../../data/index.ts";
import { UsageError } from "../../errors/index.ts";
import {
  type Config,
  type Override,
  parseConfig,
  recipeFile,
  sourceEntries,
} from "../config/index.ts";

export interface InitRequest {
  /** Made where it is missing. */
  readonly folder: string;
  /** The name of a recipe that comes with Pathloom, or the path of one. */
  readonly recipe: string;
  /** Keys that the new recipe says otherwise. */
  readonly overrides: readonly Override[];
}

export interface InitializedProject {
  /** The new recipe. */
  readonly recipe: string;
  /** All files that were written. */
  readonly written: readonly string[];
  /** Packages that hold the recipe's drawings and are not installed. */
  readonly missingPackages: readonly string[];
  /** Of a `.gitignore` that was there already: what it does not say. */
  readonly notIgnored: readonly string[];
}

/** What is no part of a project: packages, and what runs leave. */
const ignored = ["node_modules/", "runs/"];

/**
 * Writes a recipe and a `.gitignore`, and nothing over what is there already.
 * @throws UsageError where the recipe's file is there already.
 * @throws ConfigError for an unknown recipe, or overrides that do not fit it.
 */
export function initProject({ folder, recipe, overrides }: InitRequest): InitializedProject {
  const original = recipeFile(recipe);
  const file = join(folder, basename(original));
  if (existsSync(file)) {
    throw new UsageError(
      `${file}: this file is there already, and is left as it is; name another folder, or move it away`,
    );
  }
  const text = ownText(readFileSync(original, "utf8"), basename(original, ".yaml"));
  const config = parseConfig(text, original, overrides);
  const fitting = overrides.map((override) => fromFolder(override, folder));
  mkdirSync(folder, { recursive: true });
  writeTextAtomically(file, overrides.length === 0 ? text : withOverrides(text, fitting));
  const ignore = join(folder, ".gitignore");
  const kept = existsSync(ignore);
  if (!kept) writeTextAtomically(ignore, `${ignored.join("\n")}\n`);
  const said = kept ? readFileSync(ignore, "utf8").split(/\r?\n/) : ignored;
  return {
    recipe: file,
    written: kept ? [file] : [file, ignore],
    missingPackages: packagesBehind(config).filter((name) => !hasPackage(name)),
    notIgnored: ignored.filter((line) => !said.some((each) => sameFolder(each, line))),
  };
}

/** The commands and pages that its comments name, as they are from the new folder. */
function ownText(text: string, name: string): string {
  return text
    .replaceAll(`--config ${name}\n`, `--config ${name}.yaml\n`)
    .replaceAll(/(?<= )docs\/(?=\w+\.md)/g, "node_modules/pathloom/docs/");
}

/** A path of drawings, which is relative to the folder that training is started in. */
function fromFolder(override: Override, folder: string): Override {
  const { path, text } = override;
  if (path !== "data.source" || !existsSync(text)) return override;
  return { path, text: JSON.stringify(relative(folder, text) || ".") };
}

function withOverrides(text: string, overrides: readonly Override[]): string {
  const document = parseDocument(text);
  for (const { path, text: value } of overrides) {
    document.setIn(path.split("."), document.createNode(parse(value)));
  }
  return document.toString({ lineWidth: 100 });
}

/** Those that hold the drawings. */
function packagesBehind({ data }: Config): string[] {
  return [...new Set(sourceEntries(data.source).flatMap(({ source }) => packagesOf(source)))];
}

function sameFolder(line: string, folder: string): boolean {
  const bare = (text: string) => text.trim().replaceAll(/^\/|\/$/g, "");
  return bare(line) === bare(folder);
}
