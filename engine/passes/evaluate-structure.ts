/** The meanings of the primitives that move, gather, multiply and reduce. */
import { constantData, type Node, type Shape, sizeOf } from "../graph/index.ts";
import { type Elements, type Meaning, toElements } from "./elements.ts";
import { sourceOffsets, stridesOf, walk } from "./strides.ts";

const outputShape = (node: Node): Shape => node.outputs[0]!.shape;
const inputShape = (node: Node, position = 0): Shape => node.inputs[position]!.shape;
const attribute = (node: Node, name: string): number => node.attributes[name] as number;

function pick(elements: Elements, offsets: Int32Array): Elements {
  return Float64Array.from(offsets, (offset) => elements[offset]!);
}

/** Elements of a tensor placed into a tensor of zeros of another shape, at an index along an axis. */
function place(into: Elements, shape: Shape, axis: number, at: number, part: Elements, own: Shape) {
  const strides = stridesOf(shape);
  const offsets = walk(own, strides, at * strides[axis]!);
  for (let i = 0; i < part.length; i++) into[offsets[i]!] = part[i]!;
}

function reduce(combine: (total: number, next: number) => number, initial: number): Meaning {
  return (node, [elements]) => {
    const axes = node.attributes.axes as readonly number[];
    const kept = inputShape(node).map((size, axis) => (axes.includes(axis) ? 1 : size));
    const targets = sourceOffsets(kept, inputShape(node));
    const result = new Float64Array(sizeOf(kept)).fill(initial);
    for (let i = 0; i < elements!.length; i++) {
      const target = targets[i]!;
      result[target] = combine(result[target]!, elements![i]!);
    }
    return result;
  };
}

const matmul: Meaning = (node, [a, b]) => {
  const { transposeA, transposeB } = node.attributes;
  const shape = outputShape(node);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const inner = inputShape(node).at(transposeA ? -2 : -1)!;
  const batch = shape.slice(0, -2);
  const startsA = sourceOffsets(inputShape(node, 0).slice(0, -2), batch);
  const startsB = sourceOffsets(inputShape(node, 1).slice(0, -2), batch);
  const result = new Float64Array(sizeOf(shape));
  for (let i = 0; i < result.length; i++) {
    const matrix = Math.floor(i / (rows * columns));
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    let total = 0;
    for (let k = 0; k < inner; k++) {
      const inA = transposeA ? k * rows + row : row * inner + k;
      const inB = transposeB ? column * inner + k : k * columns + column;
      total +=
        a![startsA[matrix]! * rows * inner + inA]! * b![startsB[matrix]! * inner * columns + inB]!;
    }
    result[i] = total * attribute(node, "scale");
  }
  return result;
};

export const structureMeanings: Readonly<Record<string, Meaning>> = {
  constant({ outputs: [output] }) {
    return toElements(output!.dtype, constantData(output!));
  },
  reshape: (_node, [elements]) => elements!,
  broadcastTo: (node, [elements]) =>
    pick(elements!, sourceOffsets(inputShape(node), outputShape(node))),
  transpose(node, [elements]) {
    const strides = stridesOf(inputShape(node));
    const order = node.attributes.order as readonly number[];
    const permuted = order.map((axis) => strides[axis]!);
    return pick(elements!, walk(outputShape(node), permuted));
  },
  slice(node, [elements]) {
    const strides = stridesOf(inputShape(node));
    const start = attribute(node, "start") * strides[attribute(node, "axis")]!;
    return pick(elements!, walk(outputShape(node), strides, start));
  },
  pad(node, [elements]) {
    const result = new Float64Array(sizeOf(outputShape(node)));
    const [axis, before] = [attribute(node, "axis"), attribute(node, "before")];
    place(result, outputShape(node), axis, before, elements!, inputShape(node));
    return result;
  },
  concat(node, inputs) {
    const axis = attribute(node, "axis");
    const result = new Float64Array(sizeOf(outputShape(node)));
    let at = 0;
    for (const [position, elements] of inputs.entries()) {
      const shape = inputShape(node, position);
      place(result, outputShape(node), axis, at, elements, shape);
      at += shape[axis]!;
    }
    return result;
  },
  sum: reduce((total, next) => total + next, 0),
  max: reduce(Math.max, Number.NEGATIVE_INFINITY),
  matmul,
  gather(node, [table, indices]) {
    const width = sizeOf(inputShape(node).slice(1));
    return Float64Array.from(
      { length: indices!.length * width },
      (_, i) => table![indices![Math.floor(i / width)]! * width + (i % width)]!,
    );
  },
  scatterAdd(node, [indices, updates]) {
    const result = new Float64Array(sizeOf(outputShape(node)));
    const width = updates!.length / indices!.length;
    for (let i = 0; i < updates!.length; i++) {
      result[indices![Math.floor(i / width)]! * width + (i % width)]! += updates![i]!;
    }
    return result;
  },
  takeAlongLast(node, [values, indices]) {
    const width = inputShape(node).at(-1)!;
    return indices!.map((index, row) => values![row * width + index]!);
  },
  placeAlongLast(node, [indices, updates]) {
    const width = attribute(node, "size");
    const result = new Float64Array(sizeOf(outputShape(node)));
    for (let row = 0; row < indices!.length; row++) {
      result[row * width + indices![row]!] = updates![row]!;
    }
    return result;
  },
};
