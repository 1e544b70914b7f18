/** Algebraic cleaning: what differentiation writes down literally, said more shortly. */
import type { Graph, Value } from "../../graph/index.ts";
import { neededNodes, rewriteGraph } from "../rewrite.ts";
import { broadcastRules } from "./broadcasts.ts";
import { factorRules } from "./factors.ts";
import { dropNeutralElement } from "./neutral-elements.ts";
import { partRules } from "./parts.ts";
import type { Rule, Site } from "./rule.ts";
import { absorbNegation } from "./signs.ts";
import { viewRules } from "./views.ts";

const rules: readonly Rule[] = [
  dropNeutralElement,
  absorbNegation,
  ...broadcastRules,
  ...factorRules,
  ...viewRules,
  ...partRules,
];

/** One walk over the graph; a change may make way for another, so this is repeated until none is made. */
export function simplify(graph: Graph): { readonly graph: Graph; readonly changes: number } {
  const uses = countUses(graph);
  let changes = 0;
  const result = rewriteGraph(graph, (visit) => {
    const site: Site = {
      ...visit,
      name: visit.node.operation.name,
      isOnlyUse: (position) => uses.get(visit.node.inputs[position]!) === 1,
    };
    for (const rule of rules) {
      const value = rule(site);
      if (value !== null) {
        changes += 1;
        return [value];
      }
    }
    return null;
  });
  return { graph: result, changes };
}

function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const used = [...neededNodes(graph).flatMap((node) => node.inputs), ...graph.outputs.values()];
  for (const value of used) uses.set(value, (uses.get(value) ?? 0) + 1);
  return uses;
}
