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
};
