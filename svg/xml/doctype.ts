/** The document type declaration, of which the entities matter alone. */
import { type Entities, readEntities } from "./entities.ts";

export interface Doctype {
  /** One past its last character. */
  readonly end: number;
  /** Null where it declares nothing of its own. */
  readonly entities: Entities | null;
}

/** @param from where `<!DOCTYPE` stands. @returns null where it is never closed. */
export function readDoctype(text: string, from: number): Doctype | null {
  let inside = false;
  /** What is declared within, without comments. */
  const subset: string[] = [];
  let part = from;
  for (let i = from + 9; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 || c === 39) {
      const close = text.indexOf(c === 34 ? '"' : "'", i + 1);
      if (close < 0) return null;
      i = close;
    } else if (c === 91) {
      if (!inside) part = i + 1;
      inside = true;
    } else if (c === 93) {
      if (inside) subset.push(text.slice(part, i));
      inside = false;
    } else if (c === 60 && text.startsWith("<!--", i)) {
      const close = text.indexOf("-->", i + 4);
      if (close < 0) return null;
      if (inside) subset.push(text.slice(part, i));
      i = close + 2;
      part = i + 1;
    } else if (c === 62 && !inside) {
      return { end: i + 1, entities: subset.length > 0 ? readEntities(subset.join("")) : null };
    }
  }
  return null;
}
