/** What the processes of a sweep tell each other. */
import type { LoopOutcome } from "../../trainers/index.ts";
import type { Config } from "../config/index.ts";

export type WorkerRequest =
  | {
      readonly kind: "train";
      readonly folder: string;
      readonly config: Config;
      /** Draw with the best checkpoint and write the report; not of trials. */
      readonly report: boolean;
    }
  | { readonly kind: "stop" };

export type WorkerMessage =
  | { readonly kind: "phase"; readonly text: string }
  | {
      readonly kind: "started";
      readonly pid: number;
      readonly steps: number;
      readonly resumedAt: number;
    }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly loss: number;
      readonly tokensPerSecond: number;
      readonly secondsLeft: number;
    }
  /** Held-out, in nats a token. */
  | { readonly kind: "evaluation"; readonly loss: number }
  | {
      readonly kind: "done";
      readonly outcome: LoopOutcome;
      readonly step: number;
      /** The best held-out one; null where nothing is held out. */
      readonly loss: number | null;
      /** Of updates alone. */
      readonly secondsPerStep: number;
    }
  | { readonly kind: "failed"; readonly reason: string };
