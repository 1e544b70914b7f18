/**
 * The configuration's keys as data, read off the schema's JSON Schema form: for the documentation,
 * for `--help`, and to suggest the key that a misspelt one meant.
 */
import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { configSchema } from "./schema.ts";

export interface ConfigKey {
  /** As `train.lr`. */
  readonly path: string;
  /** As `number`, `integer or null`, `cosine | linear`. */
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
  /** Unit or range of the value, where it has one. */
  readonly unit: string | undefined;
  /** Keys of the sections that may stand below it, as in a list of sources; mostly none. */
  readonly inner: readonly string[];
}

export interface ConfigSection {
  readonly name: string;
  readonly description: string;
  readonly keys: readonly ConfigKey[];
}

interface SchemaNode {
  /** Several of a plain value that may be null. */
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly default?: unknown;
  readonly description?: string;
  readonly unit?: string;
}

function typeOf(node: SchemaNode): string {
  if (node.anyOf) return node.anyOf.map(typeOf).join(" or ");
  if (node.enum) return node.enum.join(" | ");
  if (node.const !== undefined) return String(node.const);
  if (node.type === "array" && node.items) {
    const one = typeOf(node.items);
    return `list of ${/^\w+$/.test(one) ? `${one}s` : `(${one})`}`;
  }
  if (node.properties) return `{${Object.keys(node.properties).join(", ")}}`;
  return [node.type ?? "value"].flat().join(" or ");
}

function innerKeys({ properties = {}, items, anyOf = [] }: SchemaNode): string[] {
  const below = [...anyOf, ...(items ? [items] : [])].flatMap(innerKeys);
  return [...new Set([...Object.keys(properties), ...below])];
}

function readSections(): ConfigSection[] {
  const root = z.toJSONSchema(configSchema, { io: "input" }) as SchemaNode;
  return Object.entries(root.properties ?? {}).map(([name, section]) => ({
    name,
    description: section.description ?? "",
    keys: keysIn(name, section),
  }));
}

/** Those of a group of keys, as `data.filters`, are keys as all others. */
function keysIn(above: string, { properties = {} }: SchemaNode): ConfigKey[] {
  return Object.entries(properties).flatMap(([key, node]): ConfigKey[] => {
    const path = `${above}.${key}`;
    if (isGroup(node)) return keysIn(path, node);
    const { default: value, description = "", unit } = node;
    return [
      { path, type: typeOf(node), default: value, description, unit, inner: innerKeys(node) },
    ];
  });
}

function isGroup({ properties }: SchemaNode): boolean {
  const inner = Object.values(properties ?? {});
  return inner.length > 0 && inner.every(({ description }) => description !== undefined);
}

/** Every section with its keys, in the order of the schema. */
export const configSections: readonly ConfigSection[] = readSections();

/** The names that may stand below a section, or at the top for an empty path. */
export function namesUnder(section: string): string[] {
  if (section === "") return configSections.map(({ name }) => name);
  const all = configSections.flatMap(({ keys }) => keys);
  const below = all.filter(({ path }) => path.startsWith(`${section}.`));
  const names = below.map(({ path }) => path.slice(section.length + 1).split(".")[0] ?? "");
  if (names.length > 0) return [...new Set(names)];
  const key = all.find(({ path }) => section === path || section.startsWith(`${path}.`));
  return [...(key?.inner ?? [])];
}

/** The name among `names` that `name` most likely meant, or undefined where none is near. */
export function suggest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const folded = name.toLowerCase().replaceAll(/[-_]/g, "");
  const nearest = closest(
    folded,
    names.map((known) => known.toLowerCase()),
  );
  const allowed = Math.max(1, Math.floor(folded.length * 0.4));
  if (distance(folded, nearest) > allowed) return undefined;
  return names.find((known) => known.toLowerCase() === nearest);
}
