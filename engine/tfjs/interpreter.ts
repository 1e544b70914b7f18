/**
 * A graph run node by node with TensorFlow.js. A value is a tensor from the step that makes it to the
 * last step that reads it; inputs and constants are borrowed, everything else is owned by the run.
 */
import { BaseProgram, type Donations, explain, type Forget } from "../base/index.ts";
import type { Buffer } from "../engine.ts";
import { constantData, describeNode, type Graph, type Node, type Value } from "../graph/index.ts";
import { prepare } from "../passes/index.ts";
import { TfjsBuffer } from "./buffer.ts";
import type { Kernels } from "./kernels/index.ts";
import { type Plan, planRun, type Step } from "./plan.ts";
import type { ProgramProfile } from "./profile.ts";
import { activate, type Runtime, type Tensor, upload } from "./runtime.ts";

export interface ProgramOptions {
  readonly name: string;
  readonly donate: Donations;
  /** Null when nobody wants to know where the time goes. */
  readonly profile: ProgramProfile | null;
}

export class TfjsProgram extends BaseProgram<TfjsBuffer> {
  readonly #runtime: Runtime;
  readonly #graph: Graph;
  readonly #profile: ProgramProfile | null;
  readonly #plan: Plan;
  /** Names of inputs whose tensors a run owns and replaces. */
  readonly #donors: ReadonlySet<string>;
  readonly #constants = new Map<Value, Tensor>();

  constructor(
    runtime: Runtime,
    kernels: Kernels,
    graph: Graph,
    { profile, ...options }: ProgramOptions,
    forget: Forget,
  ) {
    const isOwn = (buffer: Buffer): buffer is TfjsBuffer =>
      buffer instanceof TfjsBuffer && buffer.isOn(runtime);
    super(graph, options, isOwn, forget);
    this.#runtime = runtime;
    this.#graph = prepare(graph, { lowers: new Set(Object.keys(kernels)) });
    this.#profile = profile;
    this.#donors = new Set(Object.values(options.donate));
    this.#plan = planRun(this.#graph, kernels);
    for (const value of this.#plan.constants) {
      this.#constants.set(value, upload(runtime, value.type, constantData(value)));
    }
  }

  get operations(): number {
    return this.#plan.steps.length;
  }

  protected execute(): void {
    activate(this.#runtime);
    const borrowed = new Map(this.#constants);
    const owned = new Map<Value, Tensor>();
    try {
      for (const [name, value] of this.#graph.inputs) {
        const buffer = this.inputs.get(name);
        if (this.#donors.has(name)) owned.set(value, buffer.take());
        else borrowed.set(value, buffer.tensor);
      }
      for (const step of this.#plan.steps) this.#step(step, borrowed, owned);
      this.#deliver(borrowed, owned);
    } finally {
      for (const tensor of owned.values()) tensor.dispose();
    }
  }

  /** @throws EngineError when the profile cannot be written; the program is disposed even so. */
  protected release(): void {
    for (const tensor of this.#constants.values()) tensor.dispose();
    this.#constants.clear();
    this.#profile?.close();
  }

  #step({ node, kernel, last }: Step, borrowed: Tensors, owned: Tensors): void {
    const operands = node.inputs.map((input) => (owned.get(input) ?? borrowed.get(input))!);
    const compute = () => this.#compute(node, () => kernel(this.#runtime.tf, operands, node));
    const results = this.#profile === null ? compute() : this.#profile.time(node, compute);
    for (const [index, tensor] of results.entries()) owned.set(node.outputs[index]!, tensor);
    for (const value of last) {
      owned.get(value)?.dispose();
      owned.delete(value);
    }
  }

  /** Runs a kernel and frees what it made on the way. @throws EngineError naming the node. */
  #compute(node: Node, kernel: () => Tensor | readonly Tensor[]): readonly Tensor[] {
    try {
      const result = this.#runtime.tf.tidy(() => kernel() as Tensor | Tensor[]);
      return Array.isArray(result) ? result : [result];
    } catch (cause) {
      throw explain(`${this.name}: ${describeNode(node)}`, cause);
    }
  }

  /** Hands the results to their buffers; what is borrowed, or asked for twice, is shared. */
  #deliver(borrowed: Tensors, owned: Tensors): void {
    const results = [...this.#graph.outputs.values()].map((value) => {
      const own = owned.get(value);
      owned.delete(value);
      if (own !== undefined) borrowed.set(value, own);
      return own ?? this.#runtime.tf.clone(borrowed.get(value)!);
    });
    for (const [i, buffer] of this.outputs.buffers.entries()) buffer.replace(results[i]!);
  }
}

type Tensors = Map<Value, Tensor>;
