/**
 * The passes that fit a graph to the runtime, as data: this list is their order. Each makes a plan of
 * a plan, and may be left out; docs/onnx.md tells what each is for and gains.
 */
import type { Graph } from "../../graph/index.ts";
import type { Port } from "../part.ts";
import { hasBlockableProducts, withBlockedProducts } from "./layout/index.ts";
import { loopsOf } from "./loops/index.ts";
import type { PassContext, PlannedModel } from "./plan.ts";
import { tiledPlan } from "./tiles/index.ts";

interface Pass {
  readonly name: string;
  apply(model: PlannedModel, context: PassContext): readonly PlannedModel[];
}

export const passes = [
  // First, for what is tiled needs nothing else.
  { name: "tiles", apply: tiled },
  // Before loops, which take the operations that stay between products.
  { name: "layout", apply: blocked },
  { name: "loops", apply: looped },
] as const satisfies readonly Pass[];

export type PassName = (typeof passes)[number]["name"];

/** @param without passes that are left out. */
export function optimise(
  graph: Graph,
  context: PassContext,
  without: readonly PassName[] = [],
): readonly PlannedModel[] {
  let plan: readonly PlannedModel[] = [wholeOf(graph)];
  for (const { name, apply } of passes) {
    if (!without.includes(name)) plan = plan.flatMap((model) => apply(model, context));
  }
  return plan;
}

function wholeOf(graph: Graph): PlannedModel {
  const ports = (kind: "input" | "output", names: Iterable<string>) =>
    new Map<string, Port>([...names].map((name) => [name, { kind, name }]));
  return {
    graph,
    runs: "whole",
    steps: graph.nodes,
    inputs: ports("input", graph.inputs.keys()),
    outputs: ports("output", graph.outputs.keys()),
  };
}

function tiled(model: PlannedModel, context: PassContext): readonly PlannedModel[] {
  const plan = context.hasConstants ? null : tiledPlan(model.graph, context);
  if (plan === null) return [model];
  const steps = (part: { readonly graph: Graph }) => ({ ...part, steps: part.graph.nodes });
  return [
    ...(plan.once === null ? [] : [{ ...plan.once, ...steps(plan.once), runs: "whole" as const }]),
    ...plan.tiled.map((part) => ({ ...part, ...steps(part), runs: "tiled" as const })),
  ];
}

function blocked(model: PlannedModel, context: PassContext): readonly PlannedModel[] {
  const { tuning, operators, hasConstants } = context;
  const { graph, runs } = model;
  const canGain =
    runs === "whole" &&
    !hasConstants &&
    operators.has("nchwc") &&
    hasBlockableProducts(graph, tuning.layout);
  if (!canGain) return [model];
  const arranged = withBlockedProducts(graph, tuning.layout);
  return [{ ...model, graph: arranged, steps: arranged.nodes }];
}

function looped(model: PlannedModel, { tuning }: PassContext): readonly PlannedModel[] {
  if (model.runs === "tiled") return [model];
  return [{ ...model, steps: loopsOf(model.graph, tuning.loops) }];
}
