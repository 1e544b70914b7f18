/** Turns what zod found into one line that says where, what was expected and what was found. */
import type { z } from "zod";
import { configSections, namesUnder, suggest } from "./keys.ts";
import { renameNotice } from "./renamed-keys.ts";

/** Where a value was written: as `quickstart.yaml:12:3` or `--train.lr`. */
export type Locate = (path: readonly PropertyKey[], key: boolean) => string;

type Issue = z.core.$ZodIssue;

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function bound(issue: Issue): string | undefined {
  if (issue.code === "too_small") {
    const word = issue.inclusive ? "at least" : "above";
    if (issue.origin === "string") return "text that is not empty";
    return issue.origin === "array"
      ? `${word} ${issue.minimum} entries`
      : `a number ${word} ${issue.minimum}`;
  }
  if (issue.code === "too_big") {
    const word = issue.inclusive ? "at most" : "below";
    return issue.origin === "array"
      ? `${word} ${issue.maximum} entries`
      : `a number ${word} ${issue.maximum}`;
  }
  return undefined;
}

const nouns: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  integer: "a whole number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a section of keys",
};

function expectation(issue: Issue, path: string): string {
  const limits = bound(issue);
  if (limits !== undefined) return limits;
  if (issue.code === "invalid_value") return issue.values.map(String).join(" or ");
  if (issue.code === "invalid_type") {
    const key = configSections.flatMap(({ keys }) => keys).find((known) => known.path === path);
    const orNull = key?.type.endsWith("or null") ? " or null" : "";
    const expected = key?.type.startsWith("integer") ? "integer" : issue.expected;
    return `${nouns[expected] ?? expected}${orNull}`;
  }
  if (issue.code === "invalid_union") {
    const key = configSections
      .flatMap(({ keys }) => keys)
      .find((known) => path === known.path || path.startsWith(`${known.path}.`));
    return key?.type.replaceAll("string", "text") ?? issue.message;
  }
  return issue.message;
}

function unknownKeys(issue: Issue & { code: "unrecognized_keys" }, locate: Locate): string[] {
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    const renamed = renameNotice(path.map(String).join("."));
    if (renamed !== undefined) return `${locate(path, true)}: ${renamed}`;
    const section = issue.path.map(String).join(".");
    const names = namesUnder(section);
    const near = suggest(key, names);
    const prefix = section === "" ? "" : `${section}.`;
    const hint =
      near === undefined
        ? `; ${section === "" ? "the sections are" : `${section} has`} ${names.join(", ")}`
        : `; did you mean "${prefix}${near}"?`;
    const name = path.map(String).join(".");
    const place = locate(path, true);
    return `${place}: unknown key${place === `--${name}` ? "" : ` "${name}"`}${hint}`;
  });
}

/**
 * The faults of the form that was meant where a value has several: the one that went furthest into
 * the value, with its paths made whole.
 */
function meantIssues(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const forms = issue.errors.map((issues) =>
    issues.flatMap((inner) =>
      meantIssues({ ...inner, path: [...issue.path, ...inner.path] } as Issue),
    ),
  );
  const isDeep = (inner: Issue) =>
    inner.path.length > issue.path.length || inner.code === "unrecognized_keys";
  return forms.find((issues) => issues.some(isDeep)) ?? [issue];
}

/** One line for each fault of `input`. */
export function explain(error: z.ZodError, input: unknown, locate: Locate): string[] {
  return error.issues.flatMap(meantIssues).flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(issue, locate);
    const path = issue.path.map(String).join(".");
    const place = placeOf(locate(issue.path, false), path);
    if (issue.code === "custom") return [`${place}: ${issue.message}`];
    const found = show(valueAt(input, issue.path));
    return [`${place}: expected ${expectation(issue, path)}, but found ${found}`];
  });
}

/** Where a value was written and its key: the key once where a flag says it already. */
function placeOf(place: string, path: string): string {
  if (place === `--${path}`) return place;
  const inner = place.startsWith("--") && path.startsWith(`${place.slice(2)}.`);
  return `${place}: ${(inner ? path.slice(place.length - 1) : path) || "configuration"}`;
}
