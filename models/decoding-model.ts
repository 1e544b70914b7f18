/** What generation asks of a model, or of one under adapters of its own. */
import type { Buffer, Engine, Graph, ProgramCache } from "../engine/index.ts";
import type { DecoderConfig } from "./decoder/config.ts";
import type { Weights } from "./decoder/weights.ts";

export interface DecodingModel {
  readonly config: DecoderConfig;
  readonly engine: Engine;
  /** By shape. */
  readonly programs: ProgramCache;
  /** Parameters as the inputs of a program built with `weightsIn`. */
  readonly parameterBuffers: Readonly<Record<string, Buffer>>;
  readonly prepackableForGeneration: Readonly<Record<string, Buffer>>;
  weightsIn(graph: Graph): { readonly weights: Weights };
}
