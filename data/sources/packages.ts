/** Finds installed npm packages: from the user's working folder up, then beside this program. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SourceError } from "./source.ts";

export interface InstalledPackage {
  readonly name: string;
  readonly folder: string;
  readonly version: string;
  /** As its `package.json` says it; null where it does not. */
  readonly licence: string | null;
}

const manifest = z.object({ version: z.string().max(256), license: z.unknown().optional() });

/** Names that npm allows today; so a name is never a path that leads elsewhere. */
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** No file of a package that is read whole is larger. */
const maximumBytes = 256 * 2 ** 20;

/** @throws SourceError when the name is none, or the package is not installed or damaged. */
export function findPackage(name: string, asked = `npm:${name}`): InstalledPackage {
  if (!packageName.test(name)) {
    throw new SourceError(`${asked}: expected the name of an npm package, as npm:@tabler/icons`);
  }
  const folder = installedFolder(name);
  if (folder === undefined) {
    throw new SourceError(
      `${asked}: the package ${name} is not installed; run: npm install ${name}`,
    );
  }
  const { version, license } = readPackageJson(join(folder, "package.json"), manifest);
  return { name, folder, version, licence: typeof license === "string" ? license : null };
}

/** Whether it is found. */
export function hasPackage(name: string): boolean {
  return packageName.test(name) && installedFolder(name) !== undefined;
}

/** A JSON file of a package in a given form. @throws SourceError when it is missing or another. */
export function readPackageJson<T>(file: string, form: z.ZodType<T>): T {
  let value: unknown;
  try {
    if (statSync(file).size > maximumBytes) throw new Error(`larger than ${maximumBytes} bytes`);
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file in the package" : message;
    throw new SourceError(`${file}: cannot be read: ${reason}`, { cause: error });
  }
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue?.path.join(".") || "the whole";
  throw new SourceError(`${file}: not laid out as expected: ${key} does not fit`);
}

function installedFolder(name: string): string | undefined {
  for (const start of [process.cwd(), import.meta.dirname]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", name);
      if (existsSync(join(candidate, "package.json"))) return candidate;
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}
