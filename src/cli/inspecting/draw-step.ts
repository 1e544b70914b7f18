/** The graph of a model's training step, as a file for people. */
import { writeFileSync } from "node:fs";
import type { DecoderConfig } from "../../../models/index.ts";
import { type BatchShape, stepGraph } from "../../../trainers/index.ts";
import { drawGraph, printGraph } from "../../engine/index.ts";
import { dotPicture } from "../../report/index.ts";
import { UsageError } from "../exit.ts";

export interface DrawStepOptions {
  /** `.svg` for a picture, `.dot` for Graphviz's language, `.txt` for a line a node. */
  readonly file: string;
  /** Layers are alike: the first ones tell what all do. */
  readonly layers: number;
  /** Scopes nested deeper than this are one box. */
  readonly depth: number;
  readonly shape: BatchShape;
}

export interface DrawnStep {
  readonly file: string;
  readonly nodes: number;
}

/** Graphviz takes minutes for more, and nobody finds a way through them. */
const mostEdges = 1000;

/** @throws UsageError when the picture would be too large, or the file's kind is unknown. */
export async function drawStep(
  decoder: DecoderConfig,
  { file, layers, depth, shape }: DrawStepOptions,
): Promise<DrawnStep> {
  const kind = /\.(svg|dot|txt)$/.exec(file)?.[1];
  if (kind === undefined) {
    throw new UsageError(`--graph ${file}: expected a file named .svg, .dot or .txt`);
  }
  const graph = stepGraph({ ...decoder, layers: Math.min(layers, decoder.layers) }, shape, "all");
  const nodes = graph.nodes.length;
  if (kind === "txt") {
    writeFileSync(file, printGraph(graph));
    return { file, nodes };
  }
  const dot = drawGraph(graph, { depth });
  if (kind === "svg") refuseCrowds(dot);
  writeFileSync(file, kind === "dot" ? dot : await dotPicture(dot));
  return { file, nodes };
}

function refuseCrowds(dot: string): void {
  const edges = dot.match(/ -> /g)?.length ?? 0;
  if (edges <= mostEdges) return;
  throw new UsageError(
    `--graph: ${edges} edges are too many to draw; take fewer --layers or a smaller --depth, or a .dot or .txt file`,
  );
}
