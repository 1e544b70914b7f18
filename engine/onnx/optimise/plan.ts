/** What a graph becomes before it is lowered: models that run one after the other. */
import type { Donations } from "../../base/index.ts";
import type { Node } from "../../graph/index.ts";
import type { LoweringTarget } from "../lower/index.ts";
import type { RowLoop } from "./loops/index.ts";
import type { Subgraph } from "./tiles/index.ts";

/** A model that is to be made of some of the graph. */
export interface PlannedModel extends Subgraph {
  /** Over whole arrays, or over flat arrays tile by tile. */
  readonly runs: "whole" | "tiled";
  /** In an order in which they can run. */
  readonly steps: readonly (Node | RowLoop)[];
}

export interface PassContext extends LoweringTarget {
  /** Of the program's outputs to its inputs. */
  readonly donate: Donations;
  /** Whether some inputs never change: their matrices are packed, which is as fast and converts nothing. */
  readonly hasConstants: boolean;
}
