/**
 * Scenes: a drawing that is too long for a model's context is cut between elements into chunks, each
 * a drawing of its own with the same view box, and joined again exactly. A chunk within a group
 * repeats the group around its part and says that the group goes on.
 */
import { PathloomError } from "../../errors/index.ts";
import type { Drawing, DrawingElement, Group } from "../../svg/index.ts";
import type { SvgTokenizer } from "../core/svg-tokenizer.ts";
import { SceneSummarizer, type SceneSummary } from "./summary.ts";

export interface SceneChunk {
  readonly drawing: Drawing;
  /** Position among the chunks, from 0, and their number. */
  readonly index: number;
  readonly count: number;
  /** Of the groups around the first element, how many the chunk before began. */
  readonly continuedGroups: number;
  /** What the chunks before this one draw. */
  readonly before: SceneSummary;
}

export class SceneError extends PathloomError {
  override readonly name: string = "SceneError";
  override readonly code: string = "ERR_SCENE";
}

/** A shape, or a group without children, with the groups around it. */
interface Unit {
  readonly element: DrawingElement;
  readonly groups: readonly Group[];
}

/**
 * @param budget tokens that one chunk may take, its opening and end included.
 * @throws SceneError when a single element exceeds the budget.
 * @throws EncodeError when the drawing is not canonical for the tokenizer.
 */
export function splitScene(
  drawing: Drawing,
  tokenizer: SvgTokenizer,
  budget: number,
): SceneChunk[] {
  const { width, height } = drawing;
  const units = unitsOf(drawing.elements);
  const summarizer = new SceneSummarizer();
  const chunks: Omit<SceneChunk, "count">[] = [];
  let from = 0;
  do {
    const to = longestFit(from);
    const groups = units[from]?.groups ?? [];
    const lastGroups = units[from - 1]?.groups ?? [];
    chunks.push({
      drawing: { width, height, elements: assemble(units.slice(from, to)) },
      index: chunks.length,
      continuedGroups: sharedGroups(lastGroups, groups),
      before: summarizer.summary(),
    });
    for (const { element } of units.slice(from, to)) summarizer.add(element);
    from = to;
  } while (from < units.length);
  return chunks.map((chunk) => ({ ...chunk, count: chunks.length }));

  function tokens(start: number, end: number): number {
    const elements = assemble(units.slice(start, end));
    return tokenizer.encode({ width, height, elements }).length;
  }

  /** The longest chunk from a unit on: steps that double, then a search between the last two. */
  function longestFit(start: number): number {
    if (start >= units.length) return start;
    let fits = start;
    let step = 1;
    let tooLong = units.length + 1;
    while (fits < units.length && fits + 1 < tooLong) {
      const end = Math.min(units.length, tooLong - 1, fits + step);
      if (tokens(start, end) <= budget) {
        fits = end;
        step *= 2;
      } else {
        tooLong = end;
        step = Math.max(1, step >> 1);
        if (fits + step >= tooLong) step = Math.max(1, (tooLong - fits) >> 1);
      }
    }
    if (fits > start) return fits;
    throw new SceneError(
      `element ${start} (${units[start]!.element.kind}) takes ${tokens(start, start + 1)} tokens alone, but a chunk may take ${budget}`,
    );
  }
}

/** The drawing that was split. @throws SceneError when a chunk is missing or out of place. */
export function joinScene(chunks: readonly SceneChunk[]): Drawing {
  const first = chunks[0];
  if (first === undefined) throw new SceneError("a scene has at least one chunk");
  const { width, height } = first.drawing;
  const elements: DrawingElement[] = [];
  for (const [i, chunk] of chunks.entries()) {
    if (chunk.index !== i || chunk.count !== chunks.length) {
      throw new SceneError(
        `chunk ${i} of ${chunks.length} says that it is ${chunk.index} of ${chunk.count}`,
      );
    }
    if (chunk.drawing.width !== width || chunk.drawing.height !== height) {
      throw new SceneError(`chunk ${i} has another view box than the first`);
    }
    append(elements, chunk.drawing.elements, chunk.continuedGroups, i);
  }
  return { width, height, elements };
}

function unitsOf(elements: readonly DrawingElement[]): Unit[] {
  const units: Unit[] = [];
  const visit = (element: DrawingElement, groups: readonly Group[]): void => {
    if (element.kind !== "group" || element.children.length === 0) {
      units.push({ element, groups });
      return;
    }
    // A copy, so that the same object standing twice in a drawing makes two groups.
    const around = [...groups, { ...element }];
    for (const child of element.children) visit(child, around);
  };
  for (const element of elements) visit(element, []);
  return units;
}

function sharedGroups(a: readonly Group[], b: readonly Group[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}

/** The units' elements with their groups around them again. */
function assemble(units: readonly Unit[]): DrawingElement[] {
  const elements: DrawingElement[] = [];
  const open: { readonly group: Group; readonly children: DrawingElement[] }[] = [];
  for (const { element, groups } of units) {
    const shared = sharedGroups(
      open.map(({ group }) => group),
      groups,
    );
    open.length = shared;
    for (const group of groups.slice(shared)) {
      const children: DrawingElement[] = [];
      (open.at(-1)?.children ?? elements).push({ ...group, children });
      open.push({ group, children });
    }
    (open.at(-1)?.children ?? elements).push(element);
  }
  return elements;
}

function append(
  target: DrawingElement[],
  added: readonly DrawingElement[],
  continued: number,
  chunk: number,
): void {
  if (continued === 0) {
    target.push(...added);
    return;
  }
  const last = target.at(-1);
  const [first, ...rest] = added;
  if (last?.kind !== "group" || first?.kind !== "group") {
    throw new SceneError(
      `chunk ${chunk} goes on with a group that the chunk before does not end in`,
    );
  }
  const children = [...last.children];
  append(children, first.children, continued - 1, chunk);
  target[target.length - 1] = { ...last, children };
  target.push(...rest);
}
