/** What a model is: family, sizes, tensors, memory, and the graph of a step. */

import { describeModel } from "../../../checkpoints/index.ts";
import { UsageError } from "../../../errors/index.ts";
import { type DrawnStep, drawStep } from "./draw-step.ts";
import { drawnPass, type PassOptions } from "./drawn-pass.ts";
import { type ModelReport, modelReport, openModel } from "./model-report.ts";

export interface InspectOptions {
  /** Rows of the step that is planned or drawn; 1 unless given. */
  readonly batchSize?: number | undefined;
  /** Tokens of a row, or of generation's caches; the model's context, at most 2048, unless given. */
  readonly sequenceLength?: number | undefined;
  /** Of the adapters whose training is planned or drawn; 16 unless given. */
  readonly rank?: number | undefined;
  /** A picture of a step; none is drawn unless given. */
  readonly graph?: GraphRequest | undefined;
  readonly notice?: ((text: string) => void) | undefined;
}

export interface GraphRequest extends PassOptions {
  /** `.svg` for a picture, `.dot` for Graphviz's language, `.txt` for a line a node. */
  readonly file: string;
  /** Layers are alike: the first ones tell what all do; 1 unless given. */
  readonly layers?: number | undefined;
  /** Scopes nested deeper than this are one box; 1 unless given. */
  readonly depth?: number | undefined;
}

/** Longer rows are rarely trained on; `sequenceLength` asks for them. */
const usualLength = 2048;

/**
 * Reads headers alone, no tensor.
 * @param name a run, a checkpoint, a folder with config.json and safetensors, or an id of the Hub.
 * @throws UsageError for a picture that cannot be drawn; CheckpointError, HubError
 */
export async function inspectModel(
  name: string,
  options: InspectOptions = {},
): Promise<ModelReport & { readonly graph: DrawnStep | null }> {
  const { batchSize = 1, rank = 16, graph, notice = () => {} } = options;
  // Before the model is opened, which may be a download.
  const pass = graph === undefined ? null : drawnPass(graph, rank);
  const opened = await openModel(name, notice);
  try {
    const { contextLength } = describeModel(opened.checkpoint).decoder;
    const { sequenceLength = Math.min(contextLength, usualLength) } = options;
    if (sequenceLength > contextLength) {
      throw new UsageError(
        `--length ${sequenceLength}: expected a whole number from 1 to ${contextLength}`,
      );
    }
    const shape = { batchSize, sequenceLength };
    const report = modelReport(opened, shape, rank);
    if (graph === undefined || pass === null) return { ...report, graph: null };
    const { file, layers = 1, depth = 1 } = graph;
    const drawn = await drawStep(report.decoder, { file, layers, depth, shape, pass });
    return { ...report, graph: drawn };
  } finally {
    opened.checkpoint.close();
  }
}
