import type { Value } from "../../engine/index.ts";

/** Sets elements to zero at random and scales the others up (Srivastava et al. 2014). */
export type Dropout = (x: Value) => Value;
