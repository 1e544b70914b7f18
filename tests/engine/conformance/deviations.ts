/** Where an engine is known to differ from the tensor language, and why that is left so. */
import type { EngineName } from "../../../engine/index.ts";

/** Engine -> case -> reason. The cases are skipped there and named in the output. */
export const deviations: Readonly<Partial<Record<EngineName, Readonly<Record<string, string>>>>> = {
  onnx: Object.fromEntries(
    [
      "non-finite: max by rows: not-a-number wins",
      "non-finite: max of a long row with one not-a-number, whatever its place",
    ].map((name) => [
      name,
      "ONNX Runtime's ReduceMax passes over not-a-number; sums and softmax do not, so a loss shows it",
    ]),
  ),
  openvino: {
    "sum of integers":
      "OpenVINO adds integers as float32, exact up to 16,777,216: counts of tokens in a batch are less",
    ...Object.fromEntries(
      [
        "non-finite: maximum",
        "non-finite: minimum",
        "non-finite: greater",
        "non-finite: greaterEqual",
        "non-finite: exp",
        "non-finite: max by rows: not-a-number wins",
        "non-finite: max by columns: not-a-number wins",
        "non-finite: max of a long row with one not-a-number, whatever its place",
        "non-finite: not-a-number is true",
        "non-finite: softmax of rows",
      ].map((name) => [
        name,
        "OpenVINO's kernels pass over not-a-number; sums, products and norms do not, so a loss and the gradients' norm show it (tests/engine/openvino)",
      ]),
    ),
  },
};
