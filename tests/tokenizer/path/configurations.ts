/** Vocabularies that together have every option on and off. */
import {
  defaultPathOptions,
  type PathOptions,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";

const all = defaultPathOptions;

export const configurations: Readonly<Record<string, PathOptions>> = {
  "stroke icons": strokeIconOptions,
  everything: { ...all, grid: 96 },
  relative: { ...all, grid: 64, positions: "relative", relativeRange: 20 },
  "filled paths": { ...all, shapes: false, strokes: false, gradients: false, groups: false },
  "paths without arcs": { ...all, grid: 24, shapes: false, arcs: false, quadratics: false },
  "24-bit colors in two tokens": { ...all, grid: 48, colors: "24-bit-in-2" },
  "24-bit colors in three tokens": { ...all, grid: 48, colors: "24-bit-in-3" },
  merged: { ...all, grid: 32, coordinates: "merged" },
  "merged filled paths": {
    ...all,
    grid: 32,
    coordinates: "merged",
    shapes: false,
    strokes: false,
  },
  "one color": { ...all, grid: 16, colors: "current" },
};
