/**
 * The entities that a document declares in itself (XML 1.0, section 4). Those of other documents are
 * never read, and how much text they make is bounded.
 */
import { maxEntityNesting, maxEntityText } from "../limits.ts";

export class Entities {
  readonly #declared = new Map<string, string>();
  #left = maxEntityText;

  /** The first declaration of a name counts. */
  declare(name: string, value: string): void {
    if (!this.#declared.has(name)) this.#declared.set(name, value);
  }

  /** As written, with references in it; undefined where it is not declared. */
  get(name: string): string | undefined {
    return this.#declared.get(name);
  }

  /** Takes a reference into account; what is wrong with it, or null. */
  charge(text: string, depth: number): string | null {
    this.#left -= text.length + 16;
    if (this.#left < 0) return `entities stand for more than ${maxEntityText} characters`;
    return depth > maxEntityNesting ? `entities nest deeper than ${maxEntityNesting}` : null;
  }
}

const declaration = /<!ENTITY\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>/gu;

/** The entities of a declaration's internal subset, without comments; those with `SYSTEM` or `PUBLIC` are left out. */
export function readEntities(subset: string): Entities {
  const entities = new Entities();
  for (const [, name, double, single] of subset.matchAll(declaration)) {
    entities.declare(name!, double ?? single ?? "");
  }
  return entities;
}
