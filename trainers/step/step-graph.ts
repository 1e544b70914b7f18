/**
 * The forward and backward pass of a decoder that need not exist: its graph follows from the config
 * alone. For drawings and plans; `TrainingProgram` builds the one that is run.
 */

import { Graph, gradients, ops, type Value } from "../../engine/index.ts";
import {
  adapterSpecs,
  type DecoderConfig,
  familyFor,
  isQuantized,
  loraAddition,
  parameterFormat,
  parameterInput,
  parameterSpecs,
  plainLora,
  tablesOfTokens,
  targetedModules,
  type WeightDtype,
  type WeightMatrix,
  Weights,
} from "../../models/index.ts";
import { type BatchShape, summedLoss } from "../loss/loss.ts";

/**
 * What learns: every parameter, the token tables (embedding and head) whole, or low-rank adapters of
 * this rank on every linear layer.
 */
export type TrainedPart = "all" | "tables" | { readonly adapterRank: number };

/**
 * @param weightDtype of the decoder's weights under adapters; float32 where they are trained.
 * @returns a graph with the outputs `lossSum` and `gradient.<parameter>`.
 */
export function stepGraph(
  config: DecoderConfig,
  shape: BatchShape,
  trained: TrainedPart,
  weightDtype: WeightDtype = "float32",
): Graph {
  const graph = new Graph();
  const isAdapted = typeof trained === "object";
  const kept = isAdapted ? weightDtype : "float32";
  const base = new Map<string, WeightMatrix>(
    parameterSpecs(config).map((spec) => [
      spec.name,
      parameterInput(graph, spec, parameterFormat(spec, kept)),
    ]),
  );
  const adapter = isAdapted ? adapterIn(graph, config, trained.adapterRank) : null;
  const weights = adapter?.weightsOver(base) ?? new Weights(base);
  const futureHeads = trained === "all" ? (config.future?.count ?? 0) : 0;
  const losses = summedLoss(graph, config, weights, { ...shape, futureHeads });
  graph.output("lossSum", losses.lossSum);
  const learning = adapter?.values ?? floats(base, trained === "tables" ? tablesOfTokens : null);
  const loss = ops.multiply(losses.objective, graph.input("lossScale", []));
  const names = [...learning.keys()];
  for (const [i, gradient] of gradients(loss, [...learning.values()]).entries()) {
    graph.output(`gradient.${names[i]}`, gradient);
  }
  return graph;
}

function adapterIn(graph: Graph, config: DecoderConfig, rank: number) {
  const lora = { ...plainLora, rank };
  const modules = targetedModules(familyFor(config), config, lora);
  const values = new Map<string, Value>(
    adapterSpecs(config, { config: lora, modules, saved: [] }).map(({ name, shape }) => [
      name,
      graph.input(name, shape),
    ]),
  );
  const additions = modules.flatMap(({ linears, scale }) =>
    linears.map(({ path }) => {
      const a = values.get(`${linears[0]!.path}.loraA`)!;
      const b = values.get(`${path}.loraB`)!;
      return [path, loraAddition({ a, b, scale, magnitude: null, dropout: null })] as const;
    }),
  );
  const adapter = { replaced: new Map<string, Value>(), additions: new Map(additions) };
  return {
    values,
    weightsOver: (base: ReadonlyMap<string, WeightMatrix>) => new Weights(base, [adapter]),
  };
}

/** @param names of those wanted; null for all. */
function floats(
  parameters: ReadonlyMap<string, WeightMatrix>,
  names: readonly string[] | null,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, value] of parameters) {
    if (!isQuantized(value) && (names === null || names.includes(name))) values.set(name, value);
  }
  return values;
}
