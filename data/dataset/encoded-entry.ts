/** An entry in tokens: its answers, each with the prompts that it may be shown with. */

export interface Caption {
  readonly text: string;
  readonly share: number;
  readonly prompt: readonly number[];
}

/** As `DatasetSplits.spans` has it. */
export type Span = readonly [from: number, to: number, drawingStart: number, drawingEnd: number];

export interface Answer {
  readonly tokens: readonly number[];
  /** What it may be shown with, as far as it fits. */
  readonly captions: readonly Caption[];
  /** Left out of a plain drawing. */
  readonly span?: Span;
  /** How often it is shown beside the sample's others; 1 unless given. */
  readonly share?: number;
}

export interface EncodedEntry extends Answer {
  /** Others of the same sample, as of augmented drawings. */
  readonly augmented: readonly Answer[];
  /** How many of them augmentation made; all unless given. */
  readonly made?: number;
  /** Tokens of the shortest sample. */
  readonly needed: number;
  /** What is said of the sample; its captions unless given. */
  readonly texts?: readonly string[];
  /** Whether prompts hold more than captions, and are never left away; false unless given. */
  readonly needsPrompt?: boolean;
}
