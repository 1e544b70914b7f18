/** What tiles are measured by: an update by AdamW, all of which runs tile by tile. */
import { Graph } from "../../graph/index.ts";
import { adamwStep } from "../../ops/index.ts";

export interface Work {
  readonly graph: Graph;
  /** Of its outputs to the inputs that they update. */
  readonly donate: Readonly<Record<string, string>>;
}

/** Of four arrays: fewer would stay in a cache, and more would need over a gibibyte. */
const [fewest, most] = [2 ** 20, 2 ** 26] as const;
/** Several of the tiles that so many threads share. */
const elementsPerThread = 8 * 65_536;

/** Elements of the matrix that is updated, on so many threads. */
export const workElements = (threads: number): number =>
  Math.min(most, Math.max(fewest, threads * elementsPerThread));

export function updateWork(threads: number): Work {
  const graph = new Graph();
  const shape = [workElements(threads)];
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
