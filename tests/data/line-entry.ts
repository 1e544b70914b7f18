/** Corpus entries of plain lines. */
import type { CorpusEntry } from "../../data/index.ts";
import type { DrawingElement } from "../../svg/index.ts";
import { roundLook } from "../svg/round-look.ts";

export function line(x: number): DrawingElement {
  return { ...roundLook, kind: "line", x1: x, y1: 10, x2: 80, y2: 20 };
}

export function entry(id: string, captions: string[], elements: DrawingElement[]): CorpusEntry {
  return { id, captions, drawing: { width: 96, height: 96, elements } };
}
