/** Opens the production of a paint: a plain one, a color of several tokens, or a gradient. */
import { type DrawingState, openProduction } from "./drawing-state.ts";

export function openPaint(state: DrawingState, what: "fill" | "stroke", id: number): void {
  const { layout, fixedPoint, colorRest } = state.grammar;
  switch (id) {
    case layout.none:
    case layout.currentColor:
      openProduction(state, what, []);
      return;
    case layout.linearGradient:
      openGradient(state, "linearGradient", [...fixedPoint, ...fixedPoint, "spread"]);
      return;
    case layout.radialGradient:
      openGradient(state, "radialGradient", [
        ...fixedPoint,
        ...fixedPoint,
        ...fixedPoint,
        "spread",
      ]);
      return;
    case layout.focalGradient:
      openGradient(state, "focalGradient", [
        ...fixedPoint,
        ...fixedPoint,
        ...fixedPoint,
        ...fixedPoint,
        "spread",
      ]);
      return;
    default:
      openProduction(state, what, colorRest);
      return;
  }
}

function openGradient(
  state: DrawingState,
  what: "linearGradient" | "radialGradient" | "focalGradient",
  slots: DrawingState["slots"],
): void {
  openProduction(state, what, slots);
  state.stops = 0;
  state.lastOffset = 0;
  state.stopOpen = false;
}
