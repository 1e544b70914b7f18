/** A linear layer, `y = x Wᵀ + b`, with the weight laid out as in PyTorch's `nn.Linear`. */
import { describeType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { add } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import { matmul } from "./matmul.ts";
import { asRows } from "./rows.ts";
import { reshape } from "./shapes.ts";

const linearOperation: Operation = {
  name: "linear",
  infer([x, weight, bias]) {
    const inner = x!.shape[x!.shape.length - 1];
    const [out, expected] = weight!.shape;
    const fits =
      x!.dtype === "float32" &&
      weight!.dtype === "float32" &&
      weight!.shape.length === 2 &&
      inner === expected &&
      (bias === undefined || (bias.shape.length === 1 && bias.shape[0] === out));
    if (!fits) {
      const types = [x!, weight!, ...(bias === undefined ? [] : [bias])].map(describeType);
      throw new GraphError(
        `linear: needs x [..., in], weight [out, in], bias [out]; got ${types.join(", ")}`,
      );
    }
    return [{ dtype: "float32", shape: [...x!.shape.slice(0, -1), out!] }];
  },
  expand([x, weight, bias]) {
    const product = matmul(asRows(x!), weight!, { transposeB: true });
    const biased = bias === undefined ? product : add(product, bias);
    return [reshape(biased, [...x!.shape.slice(0, -1), weight!.shape[0]!])];
  },
  gradient({ inputs, outputGradients, needed }) {
    const [x, weight, bias] = inputs as [Value, Value, Value | undefined];
    const gradient = asRows(outputGradients[0]!);
    const gradientX = () => reshape(matmul(gradient, weight), x.shape);
    const gradientWeight = () => matmul(gradient, asRows(x), { transposeA: true });
    return [
      needed[0] ? gradientX() : null,
      needed[1] ? gradientWeight() : null,
      ...(bias === undefined ? [] : [needed[2] ? sum(gradient, [0]) : null]),
    ];
  },
};

/** `x [..., in]`, `weight [out, in]`, `bias [out]` or none, gives `[..., out]`. */
export function linear(x: Value, weight: Value, bias: Value | null = null): Value {
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  return x.graph.add(linearOperation, inputs, {})[0]!;
}
