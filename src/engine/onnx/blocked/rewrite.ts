/**
 * Takes the products of a graph into blocked layout, and what lies between them: operations element
 * by element, biases and their gradients. Between them and the rest of the graph matrices are
 * converted, once for all that want them so.
 */
import {
  Graph,
  isInput,
  type Node,
  type Shape,
  sameShape,
  sizeOf,
  type Value,
} from "../../graph/index.ts";
import { Matrix } from "./matrix.ts";
import { blockedColumnSums, blockedMatmul, columnMultiple } from "./operations.ts";

/** Fewer rows or columns leave the kernel's registers empty. */
const smallestSide = 64;

interface Sides {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The product's sides, or null where it cannot be taken into blocked layout. */
export function blockableProduct({ operation, inputs, attributes }: Node): Sides | null {
  if (operation.name !== "matmul" || attributes.scale !== 1) return null;
  const [a, b] = inputs as [Value, Value];
  if (a.shape.length !== 2 || b.shape.length !== 2) return null;
  const transposeA = attributes.transposeA === true;
  const transposeB = attributes.transposeB === true;
  const [rows, inner] = (transposeA ? a.shape.toReversed() : a.shape) as [number, number];
  const columns = b.shape[transposeB ? 0 : 1]!;
  const fits = [rows, inner, columns].every(
    (side) => side >= smallestSide && side % columnMultiple === 0,
  );
  return fits ? { rows, inner, columns, transposeA, transposeB } : null;
}

/** @param isChosen which of the products that can be blocked are. */
export function blockProducts(graph: Graph, isChosen: (node: Node) => boolean): Graph {
  return new Rewriting(graph, isChosen).run();
}

class Rewriting {
  readonly #source: Graph;
  readonly #target = new Graph();
  readonly #isChosen: (node: Node) => boolean;
  /** By value: how many nodes of the source read it. */
  readonly #uses = new Map<Value, number>();
  readonly #matrices = new Map<Value, Matrix>();
  /** What is no matrix of floats, as it is. */
  readonly #others = new Map<Value, Value>();

  constructor(source: Graph, isChosen: (node: Node) => boolean) {
    this.#source = source;
    this.#isChosen = isChosen;
    for (const value of source.nodes.flatMap(({ inputs }) => inputs)) {
      this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    }
  }

  run(): Graph {
    for (const [name, value] of this.#source.inputs) {
      this.#keep(value, this.#target.input(name, value.shape, value.dtype));
    }
    for (const node of this.#source.nodes) {
      if (!isInput(node)) this.#target.scope(node.scope, () => this.#visit(node));
    }
    for (const [name, value] of this.#source.outputs) {
      this.#target.output(name, this.#plain(value));
    }
    return this.#target;
  }

  #visit(node: Node): void {
    const done =
      this.#product(node) ||
      this.#view(node) ||
      this.#biased(node) ||
      this.#elementwise(node) ||
      this.#columnSums(node);
    if (!done) this.#copy(node);
  }

  #copy(node: Node): void {
    const inputs = node.inputs.map((input) => this.#plain(input));
    const outputs = this.#target.add(node.operation, inputs, node.attributes);
    for (const [i, output] of node.outputs.entries()) this.#keep(output, outputs[i]!);
  }

  #product(node: Node): boolean {
    const sides = blockableProduct(node);
    if (sides === null || !this.#isChosen(node)) return false;
    const [a, b] = node.inputs.map((input) => this.#matrices.get(input)!) as [Matrix, Matrix];
    const { rows, columns, transposeA, transposeB } = sides;
    const isTurned = transposeA && this.#isBetterTurned(node, a, b, transposeB);
    const [first, second] = isTurned
      ? [b.blocks(!transposeB), a.blocks(!transposeA)]
      : [a.blocks(transposeA), b.blocks(transposeB)];
    const product = blockedMatmul(first, second, null);
    const fresh = isTurned ? null : { a: first, b: second };
    this.#matrices.set(node.outputs[0]!, Matrix.ofBlocks(product, rows, columns, isTurned, fresh));
    return true;
  }

  /**
   * Of a weight's gradient either operand must be turned, which costs a pass over it: the transpose of
   * a product is the product of the transposes the other way round. Whichever needs less is done, and
   * of equals the operand is turned that goes into more products.
   */
  #isBetterTurned(node: Node, a: Matrix, b: Matrix, transposeB: boolean): boolean {
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

  /** The bias becomes part of the product. */
  #biased(node: Node): boolean {
    if (node.operation.name !== "add") return false;
    const [x, bias] = node.inputs as [Value, Value];
    const matrix = this.#matrices.get(x);
    if (matrix?.product == null || !isRow(bias, matrix.columns)) return false;
    if (!sameShape(node.outputs[0]!.shape, x.shape)) return false;
    const { a, b } = matrix.product;
    const product = blockedMatmul(a, b, this.#plain(bias));
    this.#matrices.set(node.outputs[0]!, Matrix.ofBlocks(product, matrix.rows, matrix.columns));
    return true;
  }

  /** Element by element on blocks, where all operands are blocked or scalars. */
  #elementwise({ operation, inputs, outputs, attributes }: Node): boolean {
    const output = outputs[0]!;
    if (operation.elementwise !== true || outputs.length !== 1) return false;
    const matrices = inputs.map((input) => this.#matrices.get(input));
    const first = matrices.find((matrix) => matrix?.isPlain === false && matrix.has(false));
    if (first === undefined) return false;
    const areBlocked = inputs.every(
      (input, i) =>
        isScalar(input) ||
        (sameShape(input.shape, output.shape) &&
          matrices[i]?.isPlain === false &&
          matrices[i].has(false)),
    );
    if (!areBlocked) return false;
    const operands = inputs.map((input, i) =>
      isScalar(input) ? this.#plain(input) : matrices[i]!.blocks(false),
    );
    const result = this.#target.add(operation, operands, attributes)[0]!;
    this.#matrices.set(output, Matrix.ofBlocks(result, first.rows, first.columns));
    return true;
  }

  /** Of a bias: the gradient. */
  #columnSums({ operation, inputs, outputs, attributes }: Node): boolean {
    if (operation.name !== "sum" || attributes.keepDims === true) return false;
    const [input] = inputs as [Value];
    const axes = attributes.axes as readonly number[];
    const matrix = this.#matrices.get(input);
    const isOverRows = input.shape.length === 2 && axes.length === 1 && axes[0] === 0;
    if (!isOverRows || matrix === undefined || matrix.isPlain || !matrix.has(false)) return false;
    this.#keep(outputs[0]!, blockedColumnSums(matrix.blocks(false)));
    return true;
  }

  #keep(value: Value, image: Value): void {
    if (value.dtype === "float32" && value.shape.length > 0) {
      this.#matrices.set(value, Matrix.ofRows(image));
    } else {
      this.#others.set(value, image);
    }
  }

  #plain(value: Value): Value {
    return this.#matrices.get(value)?.plain(value.shape) ?? this.#others.get(value)!;
  }
}

/** Elements that must be converted first. */
function missing(matrix: Matrix, transposed: boolean): number {
  return matrix.has(transposed) ? 0 : matrix.rows * matrix.columns;
}

const isScalar = (value: Value): boolean => sizeOf(value.shape) === 1;

function isRow({ shape }: { readonly shape: Shape }, columns: number): boolean {
  return shape.at(-1) === columns && sizeOf(shape) === columns;
}
