/**
 * Holds values back until others are there. An engine that orders nodes by what they need, as ONNX
 * Runtime does, would otherwise compute all segments of a checkpointed graph again at once, put off
 * the gradients of weights to the end, and so keep alive what was to be freed.
 */
import { sizeOf, type Value } from "../graph/index.ts";
import { cast, concat, max, reshape, select, slice } from "../ops/index.ts";

export class Entrance {
  readonly #scope: string;
  readonly #awaited: readonly Value[];
  readonly #passed = new Map<Value, Value>();
  #token: Value | null = null;

  /** @param awaited float32 values; with none, nothing is held back. */
  constructor(scope: string, awaited: readonly Value[]) {
    this.#scope = scope;
    this.#awaited = awaited;
  }

  /** The same value, bit by bit, with a need of the awaited ones. */
  pass(value: Value): Value {
    if (this.#awaited.length === 0) return value;
    const known = this.#passed.get(value);
    if (known !== undefined) return known;
    const passed = value.graph.scope(this.#scope, () => {
      this.#token ??= max(concat(this.#awaited.map(firstElement), 0));
      const always = value.graph.scalar(1, "bool");
      return select(always, value, cast(this.#token, value.dtype));
    });
    this.#passed.set(value, passed);
    return passed;
  }
}

function firstElement(value: Value): Value {
  return slice(reshape(value, [sizeOf(value.shape)]), 0, 0, 1);
}
