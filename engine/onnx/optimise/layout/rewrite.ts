/**
 * Takes the products of a graph into blocked layout, and what lies between them: operations element
 * by element, biases and their gradients, the heads of attention. Between them and the rest of the
 * graph matrices are converted, once for all that want them so.
 */
import {
  type Graph,
  GraphCopier,
  isInput,
  type Node,
  sameShape,
  sizeOf,
  type Value,
} from "../../../graph/index.ts";
import { reshape, transpose } from "../../../ops/index.ts";
import { recomputationOf } from "../../../passes/index.ts";
import { blockableProduct } from "./blockable.ts";
import { headsOf, joinedHeads } from "./heads.ts";
import { Matrix } from "./matrix.ts";
import { blockedColumnSums, blockedMatmul, headsFromBlocks, headsToBlocks } from "./operations.ts";

/**
 * @param smallestSide of a product that can be blocked.
 * @param isChosen which of those products are.
 */
export function blockProducts(
  graph: Graph,
  smallestSide: number,
  isChosen: (node: Node) => boolean,
): Graph {
  return new Rewriting(graph, smallestSide, isChosen).run();
}

/** A blocked matrix has as many axes. */
const mostAxes = 4;

class Rewriting {
  readonly #source: Graph;
  readonly #smallestSide: number;
  readonly #isChosen: (node: Node) => boolean;
  /** By value: how many nodes of the source read it. */
  readonly #uses = new Map<Value, number>();
  readonly #matrices = new Map<Value, Matrix>();
  /** What is no matrix of floats, as it is. */
  readonly #others = new GraphCopier();

  constructor(source: Graph, smallestSide: number, isChosen: (node: Node) => boolean) {
    this.#source = source;
    this.#smallestSide = smallestSide;
    this.#isChosen = isChosen;
    for (const value of source.nodes.flatMap(({ inputs }) => inputs)) {
      this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    }
  }

  run(): Graph {
    for (const [name, value] of this.#source.inputs) {
      this.#keep(value, this.#others.input(value, name));
    }
    const { target } = this.#others;
    for (const node of this.#source.nodes) {
      if (!isInput(node)) target.scope(node.scope, () => this.#visit(node));
    }
    for (const [name, value] of this.#source.outputs) target.output(name, this.#plain(value));
    return target;
  }

  #visit(node: Node): void {
    const done =
      this.#product(node) ||
      this.#view(node) ||
      this.#splitHeads(node) ||
      this.#joinHeads(node) ||
      this.#biased(node) ||
      this.#elementwise(node) ||
      this.#columnSums(node);
    if (!done) this.#copy(node);
  }

  #copy(node: Node): readonly Value[] {
    const inputs = node.inputs.map((input) => this.#plain(input));
    const outputs = this.#others.add(node, inputs);
    for (const [i, output] of node.outputs.entries()) this.#keep(output, outputs[i]!);
    return outputs;
  }

  #product(node: Node): boolean {
    const sides = blockableProduct(node, this.#smallestSide);
    if (sides === null || !this.#isChosen(node)) return false;
    const [a, b] = node.inputs.map((input) => this.#matrices.get(input)!) as [Matrix, Matrix];
    const { rows, columns, transposeA, transposeB } = sides;
    const scope = recomputationOf(node);
    const transposed = transposeA && this.#isBetterTurned(node, a, b, transposeB);
    const [first, second] = transposed
      ? [b.blocks(!transposeB, scope), a.blocks(false, scope)]
      : [a.blocks(transposeA, scope), b.blocks(transposeB, scope)];
    const blocks = blockedMatmul(first, second, null);
    const product = transposed ? null : { a: first, b: second };
    const made = { rows, columns, transposed, product };
    this.#matrices.set(node.outputs[0]!, Matrix.ofBlocks(blocks, made));
    return true;
  }

  /**
   * Of a weight's gradient either operand must be turned, which costs a pass over it: the transpose of
   * a product is the product of the transposes the other way round. Whichever needs less is done, and
   * of equals the operand is turned that goes into more products.
   */
  #isBetterTurned(node: Node, a: Matrix, b: Matrix, transposeB: boolean): boolean {
    const scope = recomputationOf(node);
    const missing = (matrix: Matrix, transposed: boolean) =>
      matrix.has(transposed, scope) ? 0 : matrix.rows * matrix.columns;
    const straight = missing(a, true) + missing(b, transposeB);
    const turned = missing(a, false) + missing(b, !transposeB);
    if (straight !== turned) return turned < straight;
    const [usesOfA, usesOfB] = node.inputs.map((input) => this.#uses.get(input) ?? 0);
    return usesOfB! > usesOfA!;
  }

  /** Another shape of the same rows. */
  #view(node: Node): boolean {
    if (node.operation.name !== "reshape") return false;
    const matrix = this.#matrices.get(node.inputs[0]!);
    const columns = node.outputs[0]!.shape.at(-1);
    if (matrix === undefined || matrix.isPlain || matrix.columns !== columns) return false;
    this.#matrices.set(node.outputs[0]!, matrix);
    return true;
  }

  /** The heads of a blocked matrix come out of it one after the other. */
  #splitHeads(node: Node): boolean {
    const split = headsOf(node);
    const matrix = split === null ? undefined : this.#matrices.get(split.joined);
    if (split === null || matrix?.isBlocked !== true) return false;
    const { heads, batch, sequenceLength, width } = split;
    if (heads * width !== matrix.columns) return false;
    const apart = headsFromBlocks(matrix.blocks(false, ""), heads);
    const result = transpose(reshape(apart, [heads, batch, sequenceLength, width]), [1, 0, 2, 3]);
    this.#keep(node.outputs[0]!, result);
    return true;
  }

  /** Heads that were put side by side go into blocks one after the other, where blocks are asked for. */
  #joinHeads(node: Node): boolean {
    const joined = joinedHeads(node);
    if (joined === null) return false;
    const { heads, batch, sequenceLength, width } = joined;
    const [image] = this.#copy(node) as [Value];
    const convert = () => {
      const apart = transpose(this.#plain(joined.split), [1, 0, 2, 3]);
      return headsToBlocks(reshape(apart, [heads, batch * sequenceLength, width]));
    };
    this.#matrices.set(node.outputs[0]!, Matrix.ofRows(image, convert));
    return true;
  }

  /** The bias becomes part of the product that nothing else reads. */
  #biased(node: Node): boolean {
    if (node.operation.name !== "add") return false;
    const [x, bias] = node.inputs as [Value, Value];
    const matrix = this.#matrices.get(x);
    if (matrix?.product == null || !isRow(bias, matrix.columns)) return false;
    if (!sameShape(node.outputs[0]!.shape, x.shape) || !this.#isReadOnce(x)) return false;
    const { rows, columns, product } = matrix;
    const blocks = blockedMatmul(product.a, product.b, reshape(this.#plain(bias), [columns]));
    this.#matrices.set(node.outputs[0]!, Matrix.ofBlocks(blocks, { rows, columns }));
    return true;
  }

  /** Whether one node reads the product, as it is or in another shape. */
  #isReadOnce(value: Value): boolean {
    if (this.#uses.get(value) !== 1) return false;
    const { operation, inputs } = value.node;
    return operation.name !== "reshape" || this.#isReadOnce(inputs[0]!);
  }

  /** Element by element on blocks, where all operands are blocked or scalars. */
  #elementwise(node: Node): boolean {
    const { operation, inputs, outputs } = node;
    const output = outputs[0]!;
    const isOne = operation.elementwise === true && outputs.length === 1;
    if (!isOne || output.dtype !== "float32") return false;
    const operands = inputs.map((input) => this.#blockedOperand(input, output));
    const first = inputs.find((input) => !isScalar(input));
    if (first === undefined || operands.includes(null)) return false;
    const blocks = this.#others.add(node, operands as Value[])[0]!;
    const { rows, columns } = this.#matrices.get(first)!;
    this.#matrices.set(output, Matrix.ofBlocks(blocks, { rows, columns }));
    return true;
  }

  /** Null where it is neither a scalar nor the whole of a blocked matrix. */
  #blockedOperand(input: Value, output: Value): Value | null {
    if (isScalar(input)) return input.shape.length <= mostAxes ? this.#plain(input) : null;
    const matrix = this.#matrices.get(input);
    const isWhole = matrix?.isBlocked === true && sameShape(input.shape, output.shape);
    return isWhole ? matrix.blocks(false, "") : null;
  }

  /** Of a bias: the gradient. */
  #columnSums({ operation, inputs, outputs, attributes }: Node): boolean {
    if (operation.name !== "sum" || attributes.keepDims === true) return false;
    const [input] = inputs as [Value];
    const axes = attributes.axes as readonly number[];
    const matrix = this.#matrices.get(input);
    const isOverRows = input.shape.length === 2 && axes.length === 1 && axes[0] === 0;
    if (!isOverRows || matrix?.isBlocked !== true) return false;
    this.#keep(outputs[0]!, blockedColumnSums(matrix.blocks(false, "")));
    return true;
  }

  #keep(value: Value, image: Value): void {
    if (value.dtype === "float32" && value.shape.length > 0) {
      this.#matrices.set(value, Matrix.ofRows(image));
    } else {
      this.#others.put(value, image);
    }
  }

  #plain(value: Value): Value {
    return this.#matrices.get(value)?.plain(value.shape) ?? this.#others.image(value);
  }
}

const isScalar = (value: Value): boolean => sizeOf(value.shape) === 1;

function isRow({ shape }: Value, columns: number): boolean {
  return shape.at(-1) === columns && sizeOf(shape) === columns;
}
