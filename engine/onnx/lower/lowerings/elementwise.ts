/** Arithmetic and functions element by element. */
import { type OnnxType, typeCodeOf } from "../model.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";

/** The runtime has few kernels for bytes: those compute in int32. */
export function throughInt32(
  writer: ModelWriter,
  inputs: readonly TensorName[],
  compute: (widened: readonly TensorName[]) => TensorName,
): TensorName {
  return castTo(writer, compute(inputs.map((input) => castTo(writer, input, "int32"))), "uint8");
}

export function castTo(writer: ModelWriter, input: TensorName, type: OnnxType): TensorName {
  return writer.node("Cast", [input], { attributes: { to: typeCodeOf(type) } });
}

const arithmetic =
  (operation: string): Lowering =>
  (writer, { inputs, outputTypes }) => {
    const compute = (operands: readonly TensorName[]) => writer.node(operation, operands);
    return [
      outputTypes[0]!.dtype === "uint8" ? throughInt32(writer, inputs, compute) : compute(inputs),
    ];
  };

const functionOf =
  (operation: string): Lowering =>
  (writer, { inputs }) => [writer.node(operation, inputs)];

export const elementwiseLowerings: LoweringTable = {
  add: arithmetic("Add"),
  subtract: arithmetic("Sub"),
  multiply: arithmetic("Mul"),
  divide: arithmetic("Div"),
  power: arithmetic("Pow"),
  maximum: arithmetic("Max"),
  minimum: arithmetic("Min"),
  negate: functionOf("Neg"),
  exp: functionOf("Exp"),
  log: functionOf("Log"),
  sqrt: functionOf("Sqrt"),
  reciprocal: functionOf("Reciprocal"),
  tanh: functionOf("Tanh"),
  sigmoid: functionOf("Sigmoid"),
  erf: functionOf("Erf"),
  sine: functionOf("Sin"),
  cosine: functionOf("Cos"),
  absolute: functionOf("Abs"),
};
