/** Comparisons, logic, choice by a condition, and change of element type. */
import { type DType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { broadcastShapes, sumTo } from "./broadcast.ts";
import { type Operand, operands } from "./operand.ts";

function comparison(name: string): Operation {
  return {
    name,
    elementwise: true,
    infer([a, b]) {
      if (a!.dtype !== b!.dtype || a!.dtype === "bool" || a!.dtype === "bfloat16") {
        throw new GraphError(`${name}: cannot compare ${a!.dtype} with ${b!.dtype}`);
      }
      return [{ dtype: "bool", shape: broadcastShapes(name, a!, b!) }];
    },
    gradient: () => [null, null],
  };
}

const comparisons = {
  equal: comparison("equal"),
  less: comparison("less"),
  lessEqual: comparison("lessEqual"),
  greater: comparison("greater"),
  greaterEqual: comparison("greaterEqual"),
};

function compare(name: keyof typeof comparisons, a: Operand, b: Operand): Value {
  const inputs = operands(a, b);
  return inputs[0].graph.add(comparisons[name], inputs, {})[0]!;
}

export const equal = (a: Operand, b: Operand): Value => compare("equal", a, b);
export const less = (a: Operand, b: Operand): Value => compare("less", a, b);
export const lessEqual = (a: Operand, b: Operand): Value => compare("lessEqual", a, b);
export const greater = (a: Operand, b: Operand): Value => compare("greater", a, b);
export const greaterEqual = (a: Operand, b: Operand): Value => compare("greaterEqual", a, b);

function connective(name: string): (a: Value, b: Value) => Value {
  const operation: Operation = {
    name,
    elementwise: true,
    infer([a, b]) {
      if (a!.dtype !== "bool" || b!.dtype !== "bool") {
        throw new GraphError(`${name}: needs bool, got ${a!.dtype} and ${b!.dtype}`);
      }
      return [{ dtype: "bool", shape: broadcastShapes(name, a!, b!) }];
    },
    gradient: () => [null, null],
  };
  return (a, b) => a.graph.add(operation, [a, b], {})[0]!;
}

export const and = connective("and");
export const or = connective("or");

const notOperation: Operation = {
  name: "not",
  elementwise: true,
  infer([input]) {
    if (input!.dtype !== "bool") throw new GraphError(`not: needs bool, got ${input!.dtype}`);
    return [input!];
  },
  gradient: () => [null],
};

export const not = (value: Value): Value => value.graph.add(notOperation, [value], {})[0]!;

const selectOperation: Operation = {
  name: "select",
  elementwise: true,
  infer([condition, a, b]) {
    if (condition!.dtype !== "bool" || a!.dtype !== b!.dtype) {
      throw new GraphError(
        `select: needs bool and two alike, got ${condition!.dtype}, ${a!.dtype}, ${b!.dtype}`,
      );
    }
    const shape = broadcastShapes("select", a!, b!);
    return [{ dtype: a!.dtype, shape: broadcastShapes("select", condition!, { shape }) }];
  },
  gradient({ inputs, outputGradients, needed }) {
    const [condition, a, b] = inputs as [Value, Value, Value];
    const gradient = outputGradients[0]!;
    return [
      null,
      needed[1] ? sumTo(select(condition, gradient, 0), a.shape) : null,
      needed[2] ? sumTo(select(condition, 0, gradient), b.shape) : null,
    ];
  },
};

/** `a` where the condition holds, else `b`; all three broadcast. */
export function select(condition: Value, a: Operand, b: Operand): Value {
  const [valueA, valueB] = operands(a, b);
  return condition.graph.add(selectOperation, [condition, valueA, valueB], {})[0]!;
}

const castOperation: Operation<{ readonly dtype: DType }> = {
  name: "cast",
  elementwise: true,
  infer([input], { dtype }) {
    const fromBfloat16 = input!.dtype === "bfloat16";
    if (dtype === "bfloat16" || (fromBfloat16 && dtype !== "float32")) {
      throw new GraphError(`cast: ${input!.dtype} to ${dtype}; a bfloat16 becomes float32 alone`);
    }
    return [{ dtype, shape: input!.shape }];
  },
  gradient: ({ inputs, attributes, outputGradients }) => [
    inputs[0]!.dtype === "float32" && attributes.dtype === "float32" ? outputGradients[0]! : null,
  ],
};

/** Floats become integers by dropping the fraction; booleans become 0 and 1, a bfloat16 float32. */
export function cast(value: Value, dtype: DType): Value {
  if (value.dtype === dtype) return value;
  return value.graph.add(castOperation, [value], { dtype })[0]!;
}
