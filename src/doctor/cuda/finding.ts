/** One thing that an engine needs, how it stands with it here, and what to do next. */
import type { NativeEngineName } from "../../../engine/tfjs/package/index.ts";

export interface Finding {
  readonly engine: NativeEngineName | "xla";
  /** As `driver`, `cuDNN`, `binding`. */
  readonly subject: string;
  readonly status: "ok" | "missing" | "broken" | "unknown";
  readonly summary: string;
  /** What to do or run; null where nothing is to be done. */
  readonly next: string | null;
  /** What the library wrote when it was tried and did not start, the last lines. */
  readonly said?: readonly string[];
}

export type Part = Omit<Finding, "engine">;

export const ok = (subject: string, summary: string): Part => ({
  subject,
  status: "ok",
  summary,
  next: null,
});
