/** Whether a graph that can be cut into tiles may be: what it updates in place must not be read later. */
import type { Donations } from "../../../base/index.ts";
import type { Graph } from "../../../graph/index.ts";
import { canOverwrite } from "../../donation.ts";
import { inputPort, type LoweringTarget, outputPort } from "../../lower/index.ts";
import { type Split, type Subgraph, splitElementwise } from "./split.ts";
import { tileModel } from "./tile-model.ts";

/** @returns null where the graph had better run as a whole. */
export function tiledPlan(
  graph: Graph,
  context: LoweringTarget & { readonly donate: Donations },
): Split | null {
  const { donate, tuning } = context;
  const split = splitElementwise(graph, tuning.tiles.smallestSize);
  if (split === null || updatesBeforeUse(split, donate)) return null;
  return split.tiled.every((part) => overwritesInPlace(part, context)) ? split : null;
}

/** Whether all of the updates can be written in place. */
function overwritesInPlace(
  part: Subgraph,
  { donate, ...target }: LoweringTarget & { readonly donate: Donations },
): boolean {
  const { nodes } = tileModel(part.graph, target);
  return Object.entries(donationsWithin(part, donate)).every(([output, input]) =>
    canOverwrite(nodes, inputPort(input), outputPort(output)),
  );
}

/** The program's donations whose input and output are both the part's, by the part's own names. */
export function donationsWithin(part: Subgraph, donate: Donations): Record<string, string> {
  const inputs = new Map<string, string>();
  for (const [own, port] of part.inputs) if (port.kind === "input") inputs.set(port.name, own);
  const pairs = [...part.outputs].flatMap(([own, port]) => {
    const donor = port.kind === "output" ? donate[port.name] : undefined;
    const input = donor === undefined ? undefined : inputs.get(donor);
    return input === undefined ? [] : [[own, input] as const];
  });
  return Object.fromEntries(pairs);
}

/** Whether a part writes over an input that a later part still reads. */
export function updatesBeforeUse({ once, tiled }: Split, donate: Donations): boolean {
  const parts = once === null ? tiled : [once, ...tiled];
  const readLater = new Set<string>();
  for (const { inputs, outputs } of parts.toReversed()) {
    for (const port of outputs.values()) {
      const donor = port.kind === "output" ? donate[port.name] : undefined;
      if (donor !== undefined && readLater.has(donor)) return true;
    }
    for (const port of inputs.values()) if (port.kind === "input") readLater.add(port.name);
  }
  return false;
}
