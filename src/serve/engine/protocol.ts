/** What the server's thread and the thread that draws say to each other. */
import type { WeightDtype } from "../../../models/index.ts";
import type { Config } from "../../config/index.ts";
import type { ModelSource } from "../../runs/index.ts";

/** What the drawing thread begins with. */
export interface DrawingSetup {
  readonly source: ModelSource;
  readonly config: Config;
  /** The name of what `source` says. */
  readonly name: string;
  /** Folders of adapters over it, by the names that they are served under. */
  readonly adapters: Readonly<Record<string, string>>;
  readonly weightDtype: WeightDtype;
  readonly rows: number;
  /** As of the configuration. */
  readonly cacheTokens: number | null;
}

/** A model as clients see it. */
export interface ServedModel {
  readonly id: string;
  readonly tokenizer: string;
  /** Tokens of the vocabulary. */
  readonly vocabularySize: number;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
  /** Length of the longer side of its drawings. */
  readonly grid: number;
  /** Whether drawings are shown while they are being made. */
  readonly partial: boolean;
  /** The model that it is an adapter over. */
  readonly base: string | null;
}

/** One sequence to draw. */
export interface SequenceRequest {
  readonly model: string;
  /** A caption, or the ids that stand before the drawing. */
  readonly prompt: string | readonly number[];
  readonly seed: string;
  readonly maxTokens: number | null;
  readonly temperature: number;
  readonly coordinateTemperature: number | null;
  readonly topP: number;
  readonly topK: number;
  readonly repetitionPenalty: number;
  readonly guidance: number;
  /** Score it by what it owes to its caption, which takes a second row. */
  readonly scored: boolean;
  readonly alternatives: number | null;
  /** Tell its tokens, and which element each belongs to. */
  readonly tokens: boolean;
  /** Ends the text before the first of these. */
  readonly stop: readonly string[];
  /** Tell of what is there so far: its text, or pictures too; null at the end alone. */
  readonly live: "text" | "picture" | null;
}

export interface DrawnToken {
  readonly id: number;
  readonly text: string;
  /** Index of the element of the drawing that it belongs to. */
  readonly element: number | null;
  readonly logprob: number | null;
  readonly alternatives: readonly { readonly text: string; readonly logprob: number }[];
}

export interface SequenceEnd {
  readonly reason: "stop" | "length";
  /** The drawing as minimal SVG; null where a stop string cut it. */
  readonly svg: string | null;
  readonly promptTokens: number;
  /** Of these, those that an earlier prompt had left in the caches. */
  readonly reusedTokens: number;
  readonly tokens: number;
  /** ln p(drawing | caption) - ln p(drawing); null where it was not scored. */
  readonly score: number | null;
}

export type ToDrawing =
  | { readonly kind: "submit"; readonly id: number; readonly request: SequenceRequest }
  | { readonly kind: "cancel"; readonly id: number }
  | {
      readonly kind: "render";
      readonly id: number;
      readonly svg: string;
      readonly size: number;
      readonly color: string;
      readonly background: string | null;
    }
  | { readonly kind: "close" };

/** What became of a sequence since the last step. */
export interface Progress {
  readonly id: number;
  readonly tokens: readonly DrawnToken[];
  /** More of the text: of elements that are complete. */
  readonly text: string;
  /** The drawing so far, where it was asked for and there is news. */
  readonly partial: string | null;
  readonly end: SequenceEnd | null;
}

export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** What the caches of keys and values hold, in blocks of 16 tokens. */
export interface CacheFigures {
  /** All that there may be. */
  readonly blocks: number;
  /** Of rows, and of prompts that are being read. */
  readonly reserved: number;
  /** Of what earlier prompts left. */
  readonly kept: number;
  /** Pieces of earlier prompts that went to make room. */
  readonly evicted: number;
  /** How often a sequence gave its rows back so that others could go on. */
  readonly preempted: number;
  /** Whether a sequence waits for room. */
  readonly isShort: boolean;
}

export type FromDrawing =
  | { readonly kind: "ready"; readonly models: readonly ServedModel[]; readonly summary: string }
  | { readonly kind: "notice"; readonly message: string }
  | { readonly kind: "progress"; readonly news: readonly Progress[] }
  | { readonly kind: "caches"; readonly caches: CacheFigures }
  | { readonly kind: "failed"; readonly id: number; readonly fault: Fault }
  | { readonly kind: "rendered"; readonly id: number; readonly png: Uint8Array };
