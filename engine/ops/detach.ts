/** A value taken as given: what it was computed from gets no gradient through it. */
import type { Operation, Value } from "../graph/index.ts";
import { reshape } from "./shapes.ts";

const detachOperation: Operation = {
  name: "detach",
  infer: ([x]) => [x!],
  expand: ([x]) => [reshape(x!, x!.shape)],
  gradient: () => [null],
};

export function detach(x: Value): Value {
  return x.graph.add(detachOperation, [x], {})[0]!;
}
