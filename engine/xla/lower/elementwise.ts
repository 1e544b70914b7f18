/** Arithmetic and functions, element by element. Operands are broadcast first. */
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import type { Writer } from "./writer.ts";

const binary =
  (operation: string): Lowering =>
  (writer: Writer, { inputs, output }: Site) => {
    const operands = inputs.map((each) => writer.broadcast(each, output.shape));
    return writer.add(operation, operands, output);
  };

const unary =
  (operation: string, dialect = "stablehlo"): Lowering =>
  (writer: Writer, { inputs, output }: Site) =>
    writer.add(operation, inputs, output, "", dialect);

const reciprocal: Lowering = (writer: Writer, { inputs, output }: Site) =>
  writer.add("divide", [writer.splat(1, output), inputs[0]!], output);

export const elementwise: Lowerings = {
  add: binary("add"),
  subtract: binary("subtract"),
  multiply: binary("multiply"),
  divide: binary("divide"),
  power: binary("power"),
  maximum: binary("maximum"),
  minimum: binary("minimum"),
  negate: unary("negate"),
  exp: unary("exponential"),
  log: unary("log"),
  sqrt: unary("sqrt"),
  tanh: unary("tanh"),
  sigmoid: unary("logistic"),
  sine: unary("sine"),
  cosine: unary("cosine"),
  absolute: unary("abs"),
  erf: unary("erf", "chlo"),
  reciprocal,
};
