/** Reads a family's config.json by its schema; what the schema does not know is left alone. */
import type { z } from "zod";
import { FamilyError } from "./family.ts";

/** @throws FamilyError naming the first key that is missing or not supported, and what was expected. */
export function parseConfig<Schema extends z.ZodType>(
  family: string,
  schema: Schema,
  json: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const key = issue.path.join(".");
  const found = JSON.stringify(issue.path.reduce<unknown>(property, json)) ?? "nothing";
  throw new FamilyError(`config.json of a ${family} model: ${key} is ${found}: ${issue.message}`);
}

function property(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
