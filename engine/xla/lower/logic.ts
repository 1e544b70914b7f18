/** Comparisons, logic, choice and change of element type. */
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import type { Comparison, Writer } from "./writer.ts";

const comparison =
  (direction: Comparison): Lowering =>
  (writer: Writer, { inputs, output }: Site) => {
    const [a, b] = inputs.map((each) => writer.broadcast(each, output.shape));
    return writer.compare(direction, a!, b!);
  };

const connective =
  (operation: string): Lowering =>
  (writer: Writer, { inputs, output }: Site) => {
    const operands = inputs.map((each) => writer.broadcast(each, output.shape));
    return writer.add(operation, operands, output);
  };

const select: Lowering = (writer: Writer, { inputs, output }: Site) => {
  const [condition, a, b] = inputs.map((each) => writer.broadcast(each, output.shape));
  return writer.select(condition!, a!, b!);
};

/** Anything but 0 is true. A float that becomes a byte wraps as an integer does. */
const cast: Lowering = (writer: Writer, { inputs, output }: Site) => {
  const x = inputs[0]!;
  const { dtype } = x.type;
  if (output.dtype === "bool" && dtype !== "bool") {
    return writer.compare("NE", x, writer.splat(0, x.type));
  }
  const whole = output.dtype === "uint8" && dtype === "float32" ? writer.convert(x, "int32") : x;
  return writer.convert(whole, output.dtype);
};

export const logic: Lowerings = {
  equal: comparison("EQ"),
  less: comparison("LT"),
  lessEqual: comparison("LE"),
  greater: comparison("GT"),
  greaterEqual: comparison("GE"),
  and: connective("and"),
  or: connective("or"),
  not: (writer: Writer, { inputs, output }: Site) => writer.add("not", inputs, output),
  select,
  cast,
};
