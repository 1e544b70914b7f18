/** The project's own modules and what each imports, for the tests of the house. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** Folders of the product, lowest floor first, as docs/architecture.md lists them. */
export function floors(): string[] {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const table = page.slice(page.indexOf("| floor |"), page.indexOf("## Journeys"));
  return [...table.matchAll(/^\| `([\w/]+)` \|/gm)].map((match) => match[1]!);
}

/** The folder of the table that a file belongs to. */
export function floorOf(file: string): string {
  const parts = file.split("/");
  if (parts[0] !== "src") return parts[0]!;
  return parts.length > 2 ? parts.slice(0, 2).join("/") : "src";
}

/** Every TypeScript file of the product, by path from the root, with the files that it imports. */
export function modules(): Map<string, string[]> {
  const tops = [...new Set(floors().map((floor) => floor.split("/")[0]!))];
  const files = tops.flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(top, file).split(sep).join("/")),
  );
  return new Map(files.map((file) => [file, importsOf(file)]));
}

/** Imports and re-exports of values and of types, and those that wait for a call. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const statements = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...statements].map(([, path]) =>
    relative(root, normalize(join(root, dirname(file), path!)))
      .split(sep)
      .join("/"),
  );
}
