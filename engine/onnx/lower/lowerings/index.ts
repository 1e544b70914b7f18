/** The table of everything that this engine lowers by name; an operation is one entry in a family. */
import type { Node } from "../../../graph/index.ts";
import { allOperators, type Operators, operatorOf } from "../operators.ts";
import { blockedLowerings } from "./blocked.ts";
import { attendsWhole, cacheLowerings } from "./cache.ts";
import { compositeLowerings } from "./composites.ts";
import { elementwiseLowerings } from "./elementwise.ts";
import { indexingLowerings } from "./indexing.ts";
import { logicLowerings } from "./logic.ts";
import type { LoweringTable } from "./lowering.ts";
import { matmulLowerings } from "./matmul.ts";
import { quantizedMatrixLowerings } from "./quantized-matrix.ts";
import { reductionLowerings } from "./reductions.ts";
import { ropeLowerings } from "./rope.ts";
import { shapeLowerings } from "./shapes.ts";

export type { LoweredNode, Lowering } from "./lowering.ts";
export { reshapeTo } from "./shapes.ts";

export const lowerings: ReadonlyMap<string, LoweringTable[string]> = new Map(
  [
    elementwiseLowerings,
    logicLowerings,
    reductionLowerings,
    shapeLowerings,
    matmulLowerings,
    indexingLowerings,
    compositeLowerings,
    cacheLowerings,
    ropeLowerings,
    quantizedMatrixLowerings,
    blockedLowerings,
  ].flatMap((family) => Object.entries(family)),
);

/** Which operations need not be expanded where the runtime has those of its own operators. */
export const lowersWith =
  (operators: Operators) =>
  (node: Node): boolean => {
    const { name } = node.operation;
    const needed = operatorOf[name];
    if (needed !== undefined && !operators.has(needed)) return false;
    return name === "cachedAttention" ? attendsWhole(node) : lowerings.has(name);
  };

/** The same where it has them all. */
export const lowers = lowersWith(allOperators);
