/** The table of kernels: operation by name -> TensorFlow.js functions. */
import { arithmetic } from "./arithmetic.ts";
import { functions } from "./functions.ts";
import { indexing } from "./indexing.ts";
import type { Kernels } from "./kernel.ts";
import { logic } from "./logic.ts";
import { products } from "./matmul.ts";
import { quantizedMatrices } from "./quantized-matrix.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";

export const kernels: Kernels = {
  ...arithmetic,
  ...functions,
  ...indexing,
  ...logic,
  ...products,
  ...reductions,
  ...shapes,
  ...quantizedMatrices,
};
