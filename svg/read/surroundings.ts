/** What an element takes from those around it. */
import type { ElementStyle } from "../style/computed.ts";
import type { Matrix } from "./matrix.ts";

export interface Surroundings {
  readonly style: ElementStyle;
  /** From user coordinates to the grid. */
  readonly matrix: Matrix;
  /** Size of the nearest viewport in user coordinates. */
  readonly port: { readonly width: number; readonly height: number };
}
