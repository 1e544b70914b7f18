/** The appearance of most stroke icons: a round stroke in the current colour, no fill. */
import type { Appearance, Stroke } from "../../svg/index.ts";

export const roundStroke: Stroke = {
  paint: { kind: "currentColor" },
  width: 8,
  cap: "round",
  join: "round",
  miterLimit: 4,
  dashes: [],
  dashOffset: 0,
  opacity: 100,
};

export const roundLook: Appearance = {
  fill: null,
  fillRule: "nonzero",
  fillOpacity: 100,
  stroke: roundStroke,
  opacity: 100,
};
