import type { WeightDtype } from "../../models/index.ts";

/** Something whose speed is measured, unit by unit. */
export interface Workload {
  /** One line for people: what a unit does. */
  readonly summary: string;
  /** Tokens that a unit reads or writes; null where there are none. */
  readonly tokensPerUnit: number | null;
  /** Numbers that the model consists of, and those of them that are trained. */
  readonly parameters: number | null;
  readonly trainedParameters: number | null;
  /**
   * How the model's matrices are kept; null where there are none. An engine may round what is multiplied
   * by int8 and int4 ones to 8 bits too; all else is computed in float32.
   */
  readonly precision: WeightDtype | null;
  /** The same work for a peer; null where there is no such peer. */
  readonly peerWork: PeerWork | null;
  /** Does the work that often. */
  run(units: number): void;
  dispose(): void;
}

/** What a peer is told, in JSON. Configs are those of Hugging Face's config.json. */
export type PeerWork =
  | { readonly kind: "matmul"; readonly shape: readonly [number, number, number] }
  | {
      readonly kind: "train";
      readonly config: Readonly<Record<string, unknown>>;
      readonly tokens: readonly (readonly number[])[];
      readonly targets: readonly (readonly number[])[];
      readonly optimiser: PeerOptimiser;
      /** Trains low-rank adapters on every linear layer in place of the model. */
      readonly lora: { readonly rank: number; readonly alpha: number } | null;
    }
  | {
      readonly kind: "generate";
      readonly config: Readonly<Record<string, unknown>>;
      readonly prompts: readonly (readonly number[])[];
      readonly newTokens: number;
    };

export interface PeerOptimiser {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clip: number;
}
