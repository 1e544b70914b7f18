/**
 * Another designer's icons of the same names: how near people come to each other, which is what the
 * measure can tell a model that has never seen a drawing to aim at.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { CaptionedDrawing } from "./resemblance.ts";
import { nameIn } from "./words.ts";

/**
 * The outline icons of the package `@tabler/icons` that bear the name of one of the captions, once each.
 * @returns null where the package is not installed.
 */
export function otherDesigner(captions: Iterable<string>): CaptionedDrawing[] | null {
  const folder = iconFolder();
  if (folder === null) return null;
  const names = new Set([...captions].map(nameIn));
  return [...names].flatMap((caption) => {
    const file = join(folder, `${caption.replaceAll(/\s+/g, "-")}.svg`);
    const named = /^[\p{L}\p{N} -]+$/u.test(caption) && existsSync(file);
    return named ? [{ caption, drawing: readFileSync(file, "utf8") }] : [];
  });
}

function iconFolder(): string | null {
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(dirname(resolve("@tabler/icons/package.json")), "icons", "outline");
  } catch {
    return null;
  }
}
