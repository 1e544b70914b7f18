/** Gated units (Shazeer, 2020): an activation of one half of a layer's outputs times the other half. */
import { describeType, GraphError, type Operation, sameShape, type Value } from "../graph/index.ts";
import { gelu, geluNew, geluNewSlope, geluSlope, silu, siluSlope } from "./activations.ts";
import { multiply } from "./arithmetic.ts";

function gated(
  name: string,
  activation: (gate: Value) => Value,
  slope: (gate: Value) => Value,
): (gate: Value, up: Value) => Value {
  const operation: Operation = {
    name,
    elementwise: true,
    infer([gate, up]) {
      const float = gate!.dtype === "float32" && up!.dtype === "float32";
      if (!float || !sameShape(gate!.shape, up!.shape)) {
        const types = `${describeType(gate!)} and ${describeType(up!)}`;
        throw new GraphError(`${name}: needs two float32 of one shape, got ${types}`);
      }
      return [gate!];
    },
    expand: ([gate, up]) => [multiply(activation(gate!), up!)],
    gradient({ inputs, outputGradients, needed }) {
      const [gate, up] = inputs as [Value, Value];
      const gradient = outputGradients[0]!;
      return [
        needed[0] ? multiply(multiply(gradient, up), slope(gate)) : null,
        needed[1] ? multiply(gradient, activation(gate)) : null,
      ];
    },
  };
  return (gate, up) => gate.graph.add(operation, [gate, up], {})[0]!;
}

/** `silu(gate) * up`, as in Llama. */
export const swiglu = gated("swiglu", silu, siluSlope);

const gegluNew = gated("gegluNew", geluNew, geluNewSlope);
const gegluExact = gated("geglu", gelu, geluSlope);

/** `gelu(gate) * up`; by default with the approximation by tanh, as in Gemma. */
export function geglu(
  gate: Value,
  up: Value,
  { approximation = "tanh" }: { readonly approximation?: "tanh" | "none" } = {},
): Value {
  return approximation === "tanh" ? gegluNew(gate, up) : gegluExact(gate, up);
}
