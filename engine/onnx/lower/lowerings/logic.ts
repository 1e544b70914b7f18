/** Comparisons, logic, choice, and change of element type. */
import type { DType } from "../../../graph/index.ts";
import { castTo } from "./elementwise.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";

const comparison =
  (operation: string): Lowering =>
  (writer, { inputs, inputTypes }) => {
    const operands =
      inputTypes[0]!.dtype === "uint8"
        ? inputs.map((input) => castTo(writer, input, "int32"))
        : inputs;
    return [writer.node(operation, operands)];
  };

const connective =
  (operation: string): Lowering =>
  (writer, { inputs }) => [writer.node(operation, inputs)];

const select: Lowering = (writer, { inputs, outputTypes }) => {
  const [condition, ...choices] = inputs;
  if (outputTypes[0]!.dtype !== "bool") return [writer.node("Where", inputs)];
  const bytes = choices.map((choice) => castTo(writer, choice, "uint8"));
  return [castTo(writer, writer.node("Where", [condition!, ...bytes]), "bool")];
};

export const logicLowerings: LoweringTable = {
  equal: comparison("Equal"),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
  and: connective("And"),
  or: connective("Or"),
  not: connective("Not"),
  select,
  cast: (writer, { inputs, attributes }) => [castTo(writer, inputs[0]!, attributes.dtype as DType)],
};
