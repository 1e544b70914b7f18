/** The graph of a pass through a model, as a file for people. */
import { writeFileSync } from "node:fs";
import { drawGraph, printGraph } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { DecoderConfig } from "../../../models/index.ts";
import type { BatchShape } from "../../../trainers/index.ts";
import { dotPicture } from "../../report/index.ts";
import type { DrawnPass } from "./drawn-pass.ts";

export interface DrawStepOptions {
  /** `.svg` for a picture, `.dot` for Graphviz's language, `.txt` for a line a node. */
  readonly file: string;
  /** Layers are alike: the first ones tell what all do. */
  readonly layers: number;
  /** Scopes nested deeper than this are one box. */
  readonly depth: number;
  /** Rows and tokens of a training step; sequences and tokens in the caches of generation. */
  readonly shape: BatchShape;
  readonly pass: DrawnPass;
}

export interface DrawnStep {
  readonly file: string;
  /** What it draws. */
  readonly title: string;
  readonly nodes: number;
}

/** Graphviz takes minutes for more, and nobody finds a way through them. */
const mostEdges = 1000;

/** @throws UsageError when the picture would be too large, or the file's kind is unknown. */
export async function drawStep(
  decoder: DecoderConfig,
  { file, layers, depth, shape, pass }: DrawStepOptions,
): Promise<DrawnStep> {
  const kind = /\.(svg|dot|txt)$/.exec(file)?.[1];
  if (kind === undefined) {
    throw new UsageError(`--graph ${file}: expected a file named .svg, .dot or .txt`);
  }
  const graph = pass.build({ ...decoder, layers: Math.min(layers, decoder.layers) }, shape);
  const drawn = { file, title: pass.title, nodes: graph.nodes.length };
  if (kind === "txt") {
    writeFileSync(file, printGraph(graph));
    return drawn;
  }
  const dot = drawGraph(graph, { depth });
  if (kind === "svg") refuseCrowds(dot);
  writeFileSync(file, kind === "dot" ? dot : await dotPicture(dot));
  return drawn;
}

function refuseCrowds(dot: string): void {
  const edges = dot.match(/ -> /g)?.length ?? 0;
  if (edges <= mostEdges) return;
  throw new UsageError(
    `--graph: ${edges} edges are too many to draw; take fewer --layers or a smaller --depth, or a .dot or .txt file`,
  );
}
