/** How images are traced. */
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import type { TraceConfig } from "../config/index.ts";
import type { Tracer } from "./tracers/tracer.ts";

/** The settings of the configuration's section `trace`. */
export type TraceSettings = TraceConfig;

export interface TraceOptions {
  /** Counts the tokens, and gives the grid that outlines are simplified to. */
  readonly tokenizer: SvgTokenizer;
  readonly settings: TraceSettings;
  /** The one that the settings name, where it is open already. */
  readonly tracer?: Tracer;
}
