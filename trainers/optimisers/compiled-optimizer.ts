/**
 * An optimiser made of a formula. The formula says what it keeps of a parameter and how a parameter is
 * updated; here all parameters become one compiled program that updates them and what is kept in place.
 */
import {
  type Buffer,
  type Engine,
  Graph,
  type Program,
  type Shape,
  type TensorData,
  type TensorType,
  type Value,
} from "../../engine/index.ts";
import { type OptimisedParameter, type Optimizer, weightDecayOf } from "./optimizer.ts";

/** What of a step is the same for all elements of a parameter. */
export interface StepFigures {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}

export interface UpdateInputs {
  readonly parameter: Value;
  /** Not yet scaled: the scale is the scalar `gradientScale`. */
  readonly gradient: Value;
  /** By the names of `UpdateRule.stateOf`. */
  readonly state: Readonly<Record<string, Value>>;
  /** One of `UpdateRule.scalars`, or `gradientScale`: float32 `[]`. */
  readonly scalar: (name: string) => Value;
}

export interface Updated {
  readonly parameter: Value;
  readonly state: Readonly<Record<string, Value>>;
}

/** An optimiser's formula. */
export interface UpdateRule {
  /** Of the program, in profiles. */
  readonly name: string;
  /** Of parameters that have none of their own. */
  readonly weightDecay: number;
  /** What is kept of a parameter of this shape, zeros at first. */
  stateOf(shape: Shape): Readonly<Record<string, TensorType>>;
  /** What changes from step to step: the same names at every step. */
  scalars(figures: StepFigures): Readonly<Record<string, number>>;
  /** Adds a parameter's update to the graph. */
  update(inputs: UpdateInputs): Updated;
}

export class CompiledOptimizer implements Optimizer {
  readonly #rule: UpdateRule;
  readonly #parameters: readonly OptimisedParameter[];
  /** Updates all parameters; null where there are none. */
  readonly #program: Program | null;
  /** As `<parameter>.<name>`. */
  readonly #state: ReadonlyMap<string, Buffer>;
  /** By input. */
  readonly #scalars: Readonly<Record<string, Buffer>>;
  /** What is updated in place, by input and output. */
  readonly #updated: Readonly<Record<string, Buffer>>;
  #steps = 0;

  constructor(engine: Engine, parameters: readonly OptimisedParameter[], rule: UpdateRule) {
    this.#rule = rule;
    this.#parameters = parameters;
    this.#state = new Map(
      parameters.flatMap(({ name, buffer }) =>
        Object.entries(rule.stateOf(buffer.type.shape)).map(
          ([role, type]) => [`${name}.${role}`, engine.buffer(type)] as const,
        ),
      ),
    );
    const scalar = () => engine.buffer({ dtype: "float32", shape: [] });
    const names = Object.keys(this.#scalarValues(1, 1));
    this.#scalars = Object.fromEntries(names.map((name) => [name, scalar()]));
    const own = parameters.map(({ name, buffer }) => [`${name}.parameter`, buffer] as const);
    this.#updated = Object.fromEntries([...own, ...this.#state]);
    const donate = Object.fromEntries(Object.keys(this.#updated).map((name) => [name, name]));
    this.#program =
      parameters.length === 0 ? null : engine.compile(this.#graph(), { name: rule.name, donate });
  }

  get steps(): number {
    return this.#steps;
  }

  step(
    gradients: Readonly<Record<string, Buffer>>,
    learningRate: number,
    gradientScale: number,
  ): void {
    this.#steps++;
    const values = this.#scalarValues(learningRate, gradientScale);
    for (const [name, buffer] of Object.entries(this.#scalars)) {
      buffer.write(Float32Array.of(values[name]!));
    }
    const inputs = { ...this.#updated, ...this.#scalars };
    for (const { name } of this.#parameters) inputs[`${name}.gradient`] = gradients[name]!;
    this.#program?.run(inputs, this.#updated);
  }

  state(): Map<string, Buffer> {
    return new Map(this.#state);
  }

  restore(steps: number, read: (name: string) => TensorData): void {
    for (const [name, buffer] of this.#state) buffer.write(read(name));
    this.#steps = steps;
  }

  dispose(): void {
    for (const buffer of this.#state.values()) buffer.dispose();
    for (const buffer of Object.values(this.#scalars)) buffer.dispose();
    this.#program?.dispose();
  }

  #graph(): Graph {
    const graph = new Graph();
    for (const name of Object.keys(this.#scalars)) graph.input(name, []);
    for (const parameter of this.#parameters) {
      const { name } = parameter;
      const { shape } = parameter.buffer.type;
      const types = Object.entries(this.#rule.stateOf(shape));
      const next = this.#rule.update({
        parameter: graph.input(`${name}.parameter`, shape),
        gradient: graph.input(`${name}.gradient`, shape),
        state: Object.fromEntries(
          types.map(([role, type]) => [
            role,
            graph.input(`${name}.${role}`, type.shape, type.dtype),
          ]),
        ),
        scalar: (scalar) => graph.inputs.get(this.#scalarName(scalar, parameter))!,
      });
      graph.output(`${name}.parameter`, next.parameter);
      for (const [role] of types) graph.output(`${name}.${role}`, next.state[role]!);
    }
    return graph;
  }

  /** Of all parameters, by input; those of one rate and decay have theirs in common. */
  #scalarValues(learningRate: number, gradientScale: number): Record<string, number> {
    const values: Record<string, number> = { gradientScale };
    for (const parameter of this.#parameters) {
      const figures = {
        step: Math.max(1, this.#steps),
        learningRate: learningRate * (parameter.rate ?? 1),
        weightDecay: weightDecayOf(parameter, this.#rule.weightDecay),
      };
      for (const [name, value] of Object.entries(this.#rule.scalars(figures))) {
        values[this.#scalarName(name, parameter)] = value;
      }
    }
    return values;
  }

  #scalarName(name: string, parameter: OptimisedParameter): string {
    if (name === "gradientScale") return name;
    const { rate = 1 } = parameter;
    return `${name}.${rate}.${weightDecayOf(parameter, this.#rule.weightDecay)}`;
  }
}
