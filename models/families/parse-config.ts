/** Reads a family's config.json by its schema. What the schema does not know must be known to be harmless. */
import type { z } from "zod";
import { FamilyError } from "./family.ts";
import { isHarmless } from "./harmless-keys.ts";

/**
 * @param inert keys that models of this family have and that change nothing.
 * @throws FamilyError naming the first key that is missing, not supported or not known, and what was
 *   expected.
 */
export function parseConfig<Schema extends z.ZodObject>(
  family: string,
  schema: Schema,
  json: Readonly<Record<string, unknown>>,
  inert: readonly string[] = [],
): z.output<Schema> {
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const key = issue.path.join(".");
    const found = shown(issue.path.reduce<unknown>(property, json));
    throw new FamilyError(`config.json of a ${family} model: ${key} is ${found}: ${issue.message}`);
  }
  for (const [key, value] of Object.entries(json)) {
    if (key in schema.shape || inert.includes(key) || isHarmless(key, value)) continue;
    throw new FamilyError(
      `config.json of a ${family} model: ${key} is ${shown(value)}, which is not known here and may change what the model computes; take the key out if transformers does not heed it either`,
    );
  }
  return result.data;
}

const longestShown = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}

function property(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
