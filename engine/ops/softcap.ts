/** A soft limit on the size of numbers, as Gemma 2 puts on logits. */
import { GraphError, type Value } from "../graph/index.ts";
import { multiply } from "./arithmetic.ts";
import { tanh } from "./functions.ts";

/** `cap * tanh(x / cap)`: between `-cap` and `cap`, nearly `x` where `x` is small. */
export function softcap(x: Value, cap: number): Value {
  if (!(cap > 0)) throw new GraphError(`softcap: needs a positive cap, got ${cap}`);
  return multiply(tanh(multiply(x, 1 / cap)), cap);
}
