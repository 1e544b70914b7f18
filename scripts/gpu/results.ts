/** What the kit finds out. */
import type { Precision } from "../../engine/index.ts";
import type { BenchResult } from "../../src/bench/bench.ts";
import type { ConformanceResult } from "./conformance.ts";

export interface Speed {
  readonly name: string;
  readonly precision: Precision;
  readonly result: BenchResult | null;
  /** Why there is no result. */
  readonly error: string | null;
}

export interface KitResults {
  readonly engine: string;
  readonly device: string;
  readonly conformance: ConformanceResult;
  readonly parity: {
    readonly float32: number;
    readonly bfloat16: number;
    readonly last: number;
  };
  readonly speeds: readonly Speed[];
  readonly seconds: number;
}
