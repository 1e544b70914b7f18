/**
 * The sizes of `tuning.ts` that another processor may want otherwise, as data that a run can keep: by name
 * a number. What is not named is as it was built in.
 */
import { EngineError, type EngineSizes } from "../engine.ts";
import { type Tuning, tuningFor } from "./tuning.ts";

/** Of the choice between two ways, 0 or 1. */
const sizeNames = [
  "loops.blockElements",
  "loops.sumsRows",
  "tiles.tileElements",
  "layout.blocked",
] as const;

export type SizeName = (typeof sizeNames)[number];

const largest = 2 ** 26;

/** Products are never taken into blocks where those are thought to be this slow. */
const never = 1e-3;

/** @throws EngineError naming a size that there is not, or one that is none. */
export function tuningOf(threads: number, sizes: EngineSizes): Tuning {
  for (const [name, value] of Object.entries(sizes)) {
    const isSwitch = name === "loops.sumsRows" || name === "layout.blocked";
    const isKnown = sizeNames.some((each) => each === name);
    const fits = Number.isInteger(value) && (isSwitch ? value === 0 || value === 1 : value >= 1);
    if (isKnown && fits && value <= largest) continue;
    throw new EngineError(`the onnx engine has no size ${name} of ${value}`);
  }
  const built = tuningFor(threads);
  const {
    "loops.blockElements": blockElements = built.loops.blockElements,
    "loops.sumsRows": sumsRows = Number(built.loops.sumsRows),
    "tiles.tileElements": tileElements = built.tiles.tileElements,
    "layout.blocked": blocked = 1,
  } = sizes;
  const { layout } = built;
  const speed = blocked === 1 ? layout.speed : { ...layout.speed, blockedProduct: never };
  return {
    ...built,
    layout: { ...layout, speed },
    loops: { ...built.loops, blockElements, sumsRows: sumsRows === 1 },
    tiles: { ...built.tiles, tileElements },
  };
}
