/**
 * Reads a configuration: a YAML file, then `--dotted.key value` overrides on top, then the schema.
 * A fault is told with the line and column of the file, or the flag, that brought it in.
 */
import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, LineCounter, parse, parseDocument } from "yaml";
import type { Config, ConfigInput } from "./config-types.ts";
import { ConfigError } from "./errors.ts";
import { explain, type Locate } from "./explain.ts";
import { namesUnder, suggest } from "./keys.ts";
import { recipeFile } from "./recipes.ts";
import { renameNotice, withTodaysKeys } from "./renamed-keys.ts";
import { configSchema } from "./schema.ts";
import { defaultLength } from "./sections/train.ts";

/** A flag of the command line: `--train.lr 1e-4` is `{ path: "train.lr", text: "1e-4" }`. */
export interface Override {
  readonly path: string;
  readonly text: string;
}

/** A configuration is a page of text; anything of this size is another file. */
const maximumBytes = 1_000_000;

/**
 * Reads a recipe and fills in every default.
 * @param file a YAML file, or the name of a recipe that comes with Pathloom, as `quickstart`.
 * @param overrides applied in order.
 * @throws ConfigError when the file cannot be read or does not say a valid configuration.
 * @example
 * const config = loadConfig("configs/quickstart.yaml", [{ path: "train.lr", text: "5e-4" }]);
 */
export function loadConfig(file: string, overrides: readonly Override[] = []): Config {
  const found = recipeFile(file);
  return parseConfig(readConfigText(found), found, overrides);
}

/**
 * @param text YAML.
 * @param name what faults are told of, usually the file.
 * @param oldKeys what to do with names of earlier versions: refuse them with today's, or read them.
 * @throws ConfigError
 */
export function parseConfig(
  text: string,
  name: string,
  overrides: readonly Override[] = [],
  { oldKeys = "refuse" }: { readonly oldKeys?: "refuse" | "read" } = {},
): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new ConfigError([`${name}:${line}:${col}: ${fault.message}`], { cause: fault });
  }
  const written = toInput(document, name);
  const input = oldKeys === "read" ? withTodaysKeys(written) : written;
  for (const override of overrides) apply(input, override);
  return check(input, locator(document, lines, name, overrides));
}

/**
 * Fills in the defaults of a configuration written in code. @throws ConfigError
 * @example
 * const config = resolveConfig({ data: { source: "lucide" }, train: { steps: 1000 } });
 */
export function resolveConfig(
  input: ConfigInput = {},
  overrides: readonly Override[] = [],
): Config {
  const copy = structuredClone(input) as Record<string, unknown>;
  const saysLength = overrides.some(({ path }) => /^train\.(steps|epochs|minutes)$/.test(path));
  // A key of training alone, as its threads, leaves the length at its default.
  if (copy.train === undefined && !saysLength) copy.train = { ...defaultLength };
  for (const override of overrides) apply(copy, override);
  const places = new Set(overrides.map(({ path }) => path));
  return check(copy, (path) => {
    const dotted = path.map(String).join(".");
    return places.has(dotted) ? `--${dotted}` : "configuration";
  });
}

function readConfigText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === "ENOENT" ? "no such file" : (code ?? String(error));
    throw new ConfigError([`${file}: cannot read the configuration: ${reason}`], { cause: error });
  }
  if (bytes.length > maximumBytes) {
    throw new ConfigError([
      `${file}: expected a configuration of at most ${maximumBytes} bytes, but found ${bytes.length}`,
    ]);
  }
  return bytes.toString("utf8");
}

function toInput(document: Document, name: string): Record<string, unknown> {
  if (document.contents === null) return {};
  if (!isMap(document.contents)) {
    throw new ConfigError([
      `${name}:1:1: expected sections (${namesUnder("").join(", ")}) of key: value lines`,
    ]);
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError([`${name}: ${(error as Error).message}`], { cause: error });
  }
}

/** Sets a dotted key. The value is read as YAML, so that numbers, null and lists mean themselves. */
function apply(input: Record<string, unknown>, { path, text }: Override): void {
  const [section = "", key, ...rest] = path.split(".");
  const sections = namesUnder("");
  if (!sections.includes(section)) throw unknownFlag(path, section, sections, "");
  const keys = namesUnder(section);
  if (key === undefined || rest.length > 0 || !keys.includes(key)) {
    throw unknownFlag(path, key ?? "", keys, `${section}.`);
  }
  const existing = input[section] ?? {};
  if (typeof existing !== "object" || Array.isArray(existing)) return;
  input[section] = { ...existing, [key]: overrideValue(path, text) };
}

function overrideValue(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError([`--${path}: cannot read ${JSON.stringify(text)}`], { cause: error });
  }
}

function unknownFlag(path: string, name: string, names: readonly string[], prefix: string) {
  const renamed = renameNotice(path);
  if (renamed !== undefined) return new ConfigError([`--${path}: ${renamed}`]);
  const near = suggest(name, names);
  const hint = near === undefined ? names.join(", ") : `did you mean "--${prefix}${near}"?`;
  return new ConfigError([`--${path}: unknown key; ${hint}`]);
}

function check(input: Record<string, unknown>, locate: Locate): Config {
  const result = configSchema.safeParse(dropEmptySections(input));
  if (!result.success) throw new ConfigError(explain(result.error, input, locate));
  return result.data;
}

/** `train:` with nothing below it is null in YAML, and means a section left at its defaults. */
function dropEmptySections(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function locator(
  document: Document,
  lines: LineCounter,
  name: string,
  overrides: readonly Override[],
): Locate {
  const flags = new Set(overrides.map(({ path }) => path));
  return (path, key) => {
    const dotted = path.slice(0, 2).map(String).join(".");
    if (flags.has(dotted)) return `--${dotted}`;
    const offset = offsetOf(document, path, key);
    if (offset === undefined) return name;
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
}

/** Byte offset of a value, or of its key; of the nearest thing around it where it is not written. */
function offsetOf(
  document: Document,
  path: readonly PropertyKey[],
  key: boolean,
): number | undefined {
  const last = path.at(-1);
  if (key && last !== undefined) {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key: node }) => isNode(node) && node.toJSON() === last)
      : undefined;
    if (isNode(pair?.key)) return pair.key.range?.[0];
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? undefined : offsetOf(document, path.slice(0, -1), false);
}
