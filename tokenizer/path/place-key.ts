/** Places between productions, numbered by all that decides what may follow: there are few kinds. */
import type { Mode } from "./draft.ts";
import type { PathPlace } from "./endings.ts";
import { fewestStops } from "./grammar.ts";

/** Groups that sampling opens within groups. */
export const deepestSampledGroup = 198;

/** Whether the next element has a paint there. */
export function isPainted(
  { pen, gradient }: PathPlace["reader"],
  what: "fill" | "stroke",
): boolean {
  return pen[what] !== null || gradient?.target === what;
}

const modes: Readonly<Record<Mode, number>> = {
  done: 0,
  opening: 1,
  size: 2,
  group: 3,
  body: 4,
  style: 5,
  stroke: 6,
  stopColor: 7,
  stops: 8,
  path: 9,
  points: 10,
};
const ranks = 16;
/** How many keys there are. */
export const placeKeys = 11 * 4 * ranks * 3 * 8;

/** All that decides which productions may follow where none is open, but for the budget. */
export function placeKey({ reader }: PathPlace): number {
  const { mode, depth, rank, canvas } = reader;
  const around = depth === 0 ? 0 : depth < deepestSampledGroup ? 1 : 2;
  const look =
    (canvas.showsIfEnded ? 4 : 0) +
    (isPainted(reader, "fill") ? 2 : 0) +
    (isPainted(reader, "stroke") ? 1 : 0);
  return (((modes[mode] * 4 + ownKey(reader)) * ranks + rank) * 3 + around) * 8 + look;
}

/** What matters in the place's mode alone. */
function ownKey({ mode, filled, drawn, closed, stopOpen, gradient }: PathPlace["reader"]): number {
  switch (mode) {
    case "body":
      return filled ? 1 : 0;
    case "path":
      return (drawn ? 2 : 0) + (closed ? 1 : 0);
    case "stops":
      return (stopOpen ? 2 : 0) + (gradient!.stops.length >= fewestStops ? 1 : 0);
    default:
      return 0;
  }
}
