/**
 * Edits made of a corpus's own drawings: a drawing before and after, and the instruction between. All
 * are exact on the grid and seeded by the entry, so that a model can learn to edit without a set of
 * edits.
 */
import seedrandom from "seedrandom";
import type { Drawing, DrawingElement, Paint, Shape } from "../../svg/index.ts";
import type { CorpusEntry } from "./entry.ts";
import { extentOf, isSymmetric } from "./extent.ts";
import { mirror, shapesOf, shift, withStrokes } from "./move.ts";

export const editKinds = ["recolor", "mirror", "move", "remove", "add", "stroke"] as const;
export type EditKind = (typeof editKinds)[number];

export interface EditOptions {
  readonly kinds: readonly EditKind[];
  /** Edits made of each drawing, at most. */
  readonly each: number;
}

/** One edit. */
export interface Edit {
  readonly before: Drawing;
  readonly instruction: string;
  readonly after: Drawing;
}

/** Edits of a drawing, of as many kinds as it allows, in an order of its own. */
export function editsOf({ id, drawing }: CorpusEntry, { kinds, each }: EditOptions): Edit[] {
  const random = seedrandom(`edits/${id}`);
  const byKind = kinds.map((kind) => shuffled(makers[kind](drawing, random), random));
  const edits: Edit[] = [];
  // One of each kind before a second of any.
  for (let round = 0; edits.length < each && byKind.some((of) => of.length > round); round++) {
    edits.push(
      ...shuffled(
        byKind.flatMap((of) => of[round] ?? []),
        random,
      ),
    );
  }
  return edits.slice(0, each);
}

type Maker = (drawing: Drawing, random: () => number) => Edit[];

const makers: Readonly<Record<EditKind, Maker>> = {
  recolor: recolored,
  mirror: mirrored,
  move: moved,
  remove: removed,
  // What is removed in one edit is added in the other: the drawing without it becomes the whole.
  add: (drawing, random) =>
    removed(drawing, random).map(({ after, instruction }) => ({
      before: after,
      instruction: instruction.replace(/^(remove|take away)/, "add"),
      after: drawing,
    })),
  stroke: restroked,
};

/** Names that everybody uses, in 12 bits, so that every tokenizer with colours has them. */
const colors: readonly (readonly [name: string, rgb: number])[] = [
  ["red", 0xff0000],
  ["green", 0x008800],
  ["blue", 0x0000ff],
  ["yellow", 0xffff00],
  ["orange", 0xff8800],
  ["purple", 0x880088],
  ["black", 0x000000],
  ["gray", 0x888888],
];

/** All of one colour: the whole in another; of several shapes, one that can be named. */
function recolored(drawing: Drawing, random: () => number): Edit[] {
  const [name, rgb] = oneOf(colors, random);
  const paint: Paint = { kind: "color", rgb };
  const whole = {
    before: drawing,
    instruction: oneOf([`make it ${name}`, `paint it ${name}`, `color it ${name}`], random),
    after: mapShapes(drawing, (shape) => painted(shape, paint)),
  };
  const [partName, partRgb] = oneOf(colors, random);
  const parts = namedElements(drawing).map(({ index, said }) => ({
    before: drawing,
    instruction: `make the ${said} ${partName}`,
    after: mapShapes(drawing, (shape, at) =>
      at === index ? painted(shape, { kind: "color", rgb: partRgb }) : shape,
    ),
  }));
  return [whole, ...parts].filter(changes);
}

function painted(shape: Shape, paint: Paint): Shape {
  return {
    ...shape,
    fill: shape.fill === null ? null : paint,
    stroke: shape.stroke === null ? null : { ...shape.stroke, paint },
  };
}

function mirrored(drawing: Drawing, random: () => number): Edit[] {
  if (isSymmetric(drawing)) return [];
  const instruction = oneOf(["mirror it", "flip it from left to right"], random);
  return [{ before: drawing, instruction, after: mirror(drawing) }];
}

/** To a side where there is room for it. */
function moved(drawing: Drawing, random: () => number): Edit[] {
  const extent = extentOf(drawing);
  if (extent === null) return [];
  const { width, height } = drawing;
  const sides = [
    { side: "left", room: extent.left, x: -1, y: 0 },
    { side: "right", room: width - extent.right, x: 1, y: 0 },
    { side: "up", room: extent.top, x: 0, y: -1 },
    { side: "down", room: height - extent.bottom, x: 0, y: 1 },
  ];
  return sides.flatMap(({ side, room, x, y }): Edit[] => {
    const most = Math.floor(room);
    if (most < 1) return [];
    const by = 1 + Math.floor(random() * most);
    const instruction = `move it ${side} by ${by}`;
    return [{ before: drawing, instruction, after: shift(drawing, by * x, by * y) }];
  });
}

/** An element that can be named, of several. */
function removed(drawing: Drawing, random: () => number): Edit[] {
  if (drawing.elements.length < 2) return [];
  return namedElements(drawing).map(({ index, said }) => ({
    before: drawing,
    instruction: `${oneOf(["remove", "take away"], random)} the ${said}`,
    after: { ...drawing, elements: drawing.elements.filter((_, at) => at !== index) },
  }));
}

const strokeWords = [
  { words: ["make the lines thinner", "use thin strokes"], times: 0.5 },
  { words: ["make the lines thicker", "use bold strokes"], times: 1.5 },
] as const;

function restroked(drawing: Drawing, random: () => number): Edit[] {
  return strokeWords.flatMap(({ words, times }): Edit[] => {
    let exact = true;
    const after = withStrokes(drawing, (stroke) => {
      exact &&= Number.isInteger(4 * stroke.width * times);
      return { ...stroke, width: stroke.width * times };
    });
    const edit = { before: drawing, instruction: oneOf(words, random), after };
    return exact && changes(edit) ? [edit] : [];
  });
}

const kindWords: Readonly<Partial<Record<DrawingElement["kind"], string>>> = {
  circle: "circle",
  ellipse: "ellipse",
  rect: "rectangle",
  line: "line",
  polygon: "polygon",
  polyline: "polyline",
};

/** Top-level shapes that a word names alone: the only circle, say, or the one at an end of all. */
function namedElements({ elements, width, height }: Drawing) {
  const counts = new Map<string, number>();
  for (const { kind } of elements) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const unique = elements.flatMap((element, index) => {
    const word = kindWords[element.kind];
    return word !== undefined && counts.get(element.kind) === 1 ? [{ index, said: word }] : [];
  });
  const places = elements.map((element, index) => {
    const extent = extentOf({ width, height, elements: [element] });
    return { index, extent };
  });
  const named = new Map(unique.map((each) => [each.index, each]));
  for (const [said, at] of Object.entries(ends)) {
    const sorted = places
      .flatMap(({ index, extent }) => (extent === null ? [] : [{ index, at: at(extent) }]))
      .sort((a, b) => a.at - b.at);
    const [first, second] = sorted;
    // Told apart only where one lies clearly further out than all others.
    if (first === undefined || second === undefined || second.at - first.at < width / 12) continue;
    if (!named.has(first.index)) named.set(first.index, { index: first.index, said });
  }
  return [...named.values()];
}

type Extent = NonNullable<ReturnType<typeof extentOf>>;

const ends: Readonly<Record<string, (extent: Extent) => number>> = {
  "topmost part": ({ top, bottom }) => (top + bottom) / 2,
  "lowest part": ({ top, bottom }) => -(top + bottom) / 2,
  "leftmost part": ({ left, right }) => (left + right) / 2,
  "rightmost part": ({ left, right }) => -(left + right) / 2,
};

function mapShapes(drawing: Drawing, change: (shape: Shape, top: number) => Shape): Drawing {
  const changed = (element: DrawingElement, top: number): DrawingElement =>
    element.kind === "group"
      ? { ...element, children: element.children.map((child) => changed(child, top)) }
      : change(element, top);
  return { ...drawing, elements: drawing.elements.map(changed) };
}

function changes({ before, after }: Edit): boolean {
  const seen = (drawing: Drawing) => JSON.stringify(shapesOf(drawing.elements));
  return seen(before) !== seen(after);
}

function oneOf<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}
