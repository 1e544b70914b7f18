/** What operations that work element by element have in common. */
import { GraphError, type Operation, type TensorType, type Value } from "../graph/index.ts";
import { broadcastShapes, sumTo } from "./broadcast.ts";

/** Gradient by the operand, given the operation's operand, result and the result's gradient. */
type UnaryDerivative = (input: Value, output: Value, gradient: Value) => Value;

/** An operation on float32 that keeps the shape. */
export function unary(name: string, derivative: UnaryDerivative): (value: Value) => Value {
  const operation: Operation = {
    name,
    elementwise: true,
    infer([input]) {
      if (input!.dtype !== "float32") {
        throw new GraphError(`${name}: needs float32, got ${input!.dtype}`);
      }
      return [input!];
    },
    gradient: ({ inputs, outputs, outputGradients }) => [
      derivative(inputs[0]!, outputs[0]!, outputGradients[0]!),
    ],
  };
  return (value) => value.graph.add(operation, [value], {})[0]!;
}

type BinaryDerivatives = (
  a: Value,
  b: Value,
  gradient: Value,
  output: Value,
) => { readonly a: () => Value; readonly b: () => Value };

/** An operation on two operands of one type that broadcast. */
export function binary(name: string, derivatives: BinaryDerivatives): Operation {
  return {
    name,
    elementwise: true,
    infer: ([a, b]) => [{ dtype: commonType(name, a!, b!), shape: broadcastShapes(name, a!, b!) }],
    gradient({ inputs, outputs, outputGradients, needed }) {
      const [a, b] = inputs as [Value, Value];
      const gradients = derivatives(a, b, outputGradients[0]!, outputs[0]!);
      return [
        needed[0] ? sumTo(gradients.a(), a.shape) : null,
        needed[1] ? sumTo(gradients.b(), b.shape) : null,
      ];
    },
  };
}

function commonType(name: string, a: TensorType, b: TensorType): TensorType["dtype"] {
  if (a.dtype !== b.dtype || a.dtype === "bool" || a.dtype === "bfloat16") {
    throw new GraphError(`${name}: cannot combine ${a.dtype} with ${b.dtype}`);
  }
  return a.dtype;
}
