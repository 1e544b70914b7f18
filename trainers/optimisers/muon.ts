/**
 * Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"): the momentum
 * of a matrix is brought near to the closest matrix with orthonormal rows or columns before it is
 * added, so that all directions of a weight learn alike. The orthogonalisation (five Newton-Schulz
 * iterations) is part of the compiled program. Formula and defaults are those of `torch.optim.Muon`
 * with `adjust_lr_fn="match_rms_adamw"` (Liu et al. 2025, arXiv 2502.16982): an update is as large as
 * AdamW's, and both share a learning rate. Everything that is no hidden matrix learns by AdamW.
 */
import {
  type Buffer,
  type Engine,
  Graph,
  ops,
  type Program,
  type TensorData,
  type Value,
} from "../../engine/index.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import { type OptimisedParameter, type Optimizer, weightDecayOf } from "./optimizer.ts";

export interface MuonOptions {
  /** Decay of the gradient's running mean; looked ahead by one step (Nesterov). */
  readonly momentum: number;
  /** Of the parameters that learn by Muon; AdamW's own is in `rest`. */
  readonly weightDecay: number;
  /** For what is no hidden matrix. */
  readonly rest: AdamWOptions;
}

/** Newton-Schulz: `x` becomes `a x + (b s + c s s) x` with `s = x x'`; the slope at zero is `a`. */
const coefficients = { a: 3.4445, b: -4.775, c: 2.0315 } as const;
const iterations = 5;
/** Added to the norm by which the momentum is divided first. */
const epsilon = 1e-7;

/**
 * Near-orthogonal matrix of the same singular vectors: singular values come to lie in about 0.7 to 1.2.
 * @param x float32 `[rows, columns]`.
 */
export function orthogonalise(x: Value): Value {
  const [rows = 1, columns = 1] = x.shape;
  // The smaller product: rows by rows where the matrix is wide, columns by columns where it is tall.
  const wide = rows <= columns;
  const norm = ops.sqrt(ops.sum(ops.square(x)));
  let y = ops.divide(x, ops.add(norm, epsilon));
  const { a, b, c } = coefficients;
  for (let i = 0; i < iterations; i++) {
    const s = wide
      ? ops.matmul(y, y, { transposeB: true })
      : ops.matmul(y, y, { transposeA: true });
    const polynomial = ops.add(ops.multiply(s, b), ops.matmul(s, s, { scale: c }));
    const product = wide ? ops.matmul(polynomial, y) : ops.matmul(y, polynomial);
    y = ops.add(ops.multiply(y, a), product);
  }
  return y;
}

/** Whether a parameter learns by Muon: a matrix between the embedding and the head. */
export function isHiddenMatrix({ name, buffer }: OptimisedParameter): boolean {
  return buffer.type.shape.length === 2 && /(^|\.)(layers|future)\.\d+\./.test(name);
}

interface Matrix extends OptimisedParameter {
  readonly moment: Buffer;
}

export class Muon implements Optimizer {
  /** Updates the matrices; null where there are none, as where tables of tokens learn alone. */
  readonly #program: Program | null;
  readonly #options: MuonOptions;
  readonly #matrices: readonly Matrix[];
  readonly #rest: AdamW;
  readonly #scalars: Readonly<Record<string, Buffer>>;
  readonly #updated: Readonly<Record<string, Buffer>>;

  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: MuonOptions) {
    this.#options = options;
    this.#matrices = parameters
      .filter(isHiddenMatrix)
      .map((each) => ({ ...each, moment: engine.buffer(each.buffer.type) }));
    this.#rest = new AdamW(
      engine,
      parameters.filter((each) => !isHiddenMatrix(each)),
      options.rest,
    );
    const names = [
      "gradientScale",
      ...new Set(this.#matrices.flatMap((each) => this.#scalarsOf(each))),
    ];
    this.#scalars = Object.fromEntries(
      names.map((name) => [name, engine.buffer({ dtype: "float32", shape: [] })]),
    );
    this.#updated = Object.fromEntries(
      this.#matrices.flatMap(({ name, buffer, moment }) => [
        [`${name}.parameter`, buffer],
        [`${name}.momentum`, moment],
      ]),
    );
    const donate = Object.fromEntries(Object.keys(this.#updated).map((name) => [name, name]));
    this.#program =
      this.#matrices.length === 0 ? null : engine.compile(this.#graph(), { name: "muon", donate });
  }

  /** Updates made so far. */
  get steps(): number {
    return this.#rest.steps;
  }

  /**
   * @param gradients by parameter name.
   * @param gradientScale multiplies every gradient, for clipping.
   */
  step(
    gradients: Readonly<Record<string, Buffer>>,
    learningRate: number,
    gradientScale: number,
  ): void {
    this.#rest.step(gradients, learningRate, gradientScale);
    const values: Record<string, number> = { gradientScale };
    for (const matrix of this.#matrices) {
      const rate = learningRate * (matrix.rate ?? 1);
      const [size, kept] = this.#scalarsOf(matrix);
      values[size] = rate * sizeOfUpdate(matrix.buffer.type.shape);
      values[kept] = 1 - rate * weightDecayOf(matrix, this.#options.weightDecay);
    }
    for (const [name, buffer] of Object.entries(this.#scalars)) {
      buffer.write(Float32Array.of(values[name]!));
    }
    const inputs = { ...this.#updated, ...this.#scalars };
    for (const { name } of this.#matrices) inputs[`${name}.gradient`] = gradients[name]!;
    this.#program?.run(inputs, this.#updated);
  }

  /** The matrices' `<parameter>.momentum`, and the rest's moments. */
  state(): Map<string, Buffer> {
    return new Map([
      ...this.#matrices.map(({ name, moment }) => [`${name}.momentum`, moment] as const),
      ...this.#rest.state(),
    ]);
  }

  /** Goes on from a saved state. @param read the values of a moment by its name in {@link state}. */
  restore(steps: number, read: (name: string) => TensorData): void {
    for (const { name, moment } of this.#matrices) moment.write(read(`${name}.momentum`));
    this.#rest.restore(steps, read);
  }

  dispose(): void {
    this.#rest.dispose();
    for (const { moment } of this.#matrices) moment.dispose();
    for (const buffer of Object.values(this.#scalars)) buffer.dispose();
    this.#program?.dispose();
  }

  #graph(): Graph {
    const graph = new Graph();
    for (const name of Object.keys(this.#scalars)) graph.input(name, []);
    const scalar = (name: string) => graph.inputs.get(name)!;
    const { momentum } = this.#options;
    for (const matrix of this.#matrices) {
      const { name, buffer } = matrix;
      const tensor = (role: string) => graph.input(`${name}.${role}`, buffer.type.shape);
      const parameter = tensor("parameter");
      const gradient = ops.multiply(tensor("gradient"), scalar("gradientScale"));
      const moment = ops.add(
        ops.multiply(tensor("momentum"), momentum),
        ops.multiply(gradient, 1 - momentum),
      );
      const ahead = ops.add(ops.multiply(gradient, 1 - momentum), ops.multiply(moment, momentum));
      const [size, kept] = this.#scalarsOf(matrix);
      const update = ops.multiply(orthogonalise(ahead), scalar(size));
      const decayed = ops.multiply(parameter, scalar(kept));
      graph.output(`${name}.parameter`, ops.subtract(decayed, update));
      graph.output(`${name}.momentum`, moment);
    }
    return graph;
  }

  /** Inputs that all matrices of one shape, rate and decay have in common. */
  #scalarsOf(matrix: OptimisedParameter): [size: string, kept: string] {
    const { buffer, rate = 1 } = matrix;
    const decay = weightDecayOf(matrix, this.#options.weightDecay);
    return [`size.${Math.max(...buffer.type.shape)}.${rate}`, `kept.${decay}.${rate}`];
  }
}

/** The root mean square of an orthonormal matrix's entries, brought to AdamW's usual 0.2. */
function sizeOfUpdate(shape: readonly number[]): number {
  return 0.2 * Math.sqrt(Math.max(...shape));
}
