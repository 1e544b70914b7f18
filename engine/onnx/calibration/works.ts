/** What sizes are measured by: small pieces of a training step, each in which one kind of size decides. */
import { gradients } from "../../autodiff/index.ts";
import { Graph, type Value } from "../../graph/index.ts";
import { adamwStep, add, geluNew, layerNorm, linear, multiply, sum } from "../../ops/index.ts";

export interface Work {
  readonly graph: Graph;
  /** Of its outputs to the inputs that they update. */
  readonly donate: Readonly<Record<string, string>>;
}

/** An update by AdamW of a matrix that fits no cache. */
export function updateWork(): Work {
  const graph = new Graph();
  const shape = [1024, 1024];
  const input = (name: string) => graph.input(name, shape);
  const [parameter, m, v] = [input("parameter"), input("m"), input("v")];
  const scalar = (name: string) => graph.input(name, []);
  const next = adamwStep({
    ...{ parameter, m, v, gradient: input("gradient"), beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
    learningRate: scalar("learningRate"),
    weightDecay: scalar("weightDecay"),
    biasCorrection1: scalar("biasCorrection1"),
    biasCorrection2: scalar("biasCorrection2"),
    gradientScale: scalar("gradientScale"),
  });
  for (const [name, value] of Object.entries(next)) graph.output(name, value);
  return { graph, donate: { parameter: "parameter", m: "m", v: "v" } };
}

/** A norm and an activation, and their gradients: rows that stay apart, and sums over all of them. */
export function chainWork(): Work {
  const graph = new Graph();
  const width = 1536;
  const x = graph.input("x", [512, width]);
  const vector = (name: string) => graph.input(name, [width]);
  const [bias, gain, shift] = [vector("bias"), vector("gain"), vector("shift")];
  const hidden = layerNorm(geluNew(add(x, bias)), gain, shift, 1e-5);
  return withGradients(graph, hidden, { x, bias, gain, shift });
}

/** A feed-forward layer and its gradients: large products, and what lies between them. */
export function productsWork(): Work {
  const graph = new Graph();
  const [rows, width, inner] = [512, 384, 1536];
  const x = graph.input("x", [rows, width]);
  const up = graph.input("up", [inner, width]);
  const down = graph.input("down", [width, inner]);
  const bias = graph.input("bias", [inner]);
  const hidden = linear(geluNew(linear(x, up, bias)), down, null);
  return withGradients(graph, hidden, { x, up, down, bias });
}

function withGradients(graph: Graph, value: Value, by: Readonly<Record<string, Value>>): Work {
  const loss = sum(multiply(value, value));
  graph.output("loss", loss);
  const names = Object.keys(by);
  for (const [i, each] of gradients(loss, Object.values(by)).entries()) {
    graph.output(`gradient ${names[i]}`, each);
  }
  return { graph, donate: {} };
}
