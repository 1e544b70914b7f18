/** Options of `pathloom generate` that would do nothing, refused with what to say in their place. */

import { UsageError } from "../../../errors/index.ts";
import type { Override } from "../../config/index.ts";
import { refuseIdleKeys, weightsInstead } from "../idle-keys.ts";

/** With ids. */
const idleWithIds = {
  prompt: "--prompt is for drawings; leave out --ids to draw it",
  number: "--number is for drawings; for another continuation say another --seed",
  maxTokens: "--max-tokens is for drawings; with --ids say --max-new-tokens",
  out: "--out is for drawings; with --ids the answer is printed",
  real: "--real is for drawings; leave it out",
} as const;

/** Without ids. */
const idleWithCaptions = {
  greedy: "--greedy is for --ids; for the likeliest drawing say --temperature 0",
  maxNewTokens: "--max-new-tokens is for --ids; for shorter drawings say --max-tokens",
} as const;

/** Where the likeliest token is taken. */
const idleWhenGreedy = {
  temperature: "--greedy and --temperature exclude each other; leave one out",
  topK: "--greedy and --top-k exclude each other; leave one out",
  topP: "--greedy and --top-p exclude each other; leave one out",
} as const;

/** Keys of the configuration that drawing depends on; the rest are of training. */
const drawingKeys = new Set([
  ...[
    "temperature",
    "coordinateTemperature",
    "guidance",
    "candidates",
    "topK",
    "topP",
    "repetitionPenalty",
    "maxTokens",
    "seed",
  ].map((key) => `generate.${key}`),
  ...["train.engine", "train.threads", "model.contextLength"],
  ...["report.sheetColumns", "report.cellSize"],
]);

type Option =
  | keyof typeof idleWithIds
  | keyof typeof idleWithCaptions
  | keyof typeof idleWhenGreedy;
type Given = Readonly<Partial<Record<Option | "ids", unknown>>>;

/** @throws UsageError for the first option that has no effect beside the others. */
export function refuseIdleOptions(given: Given, overrides: readonly Override[]): void {
  if (given.ids === undefined) {
    refuse(given, idleWithCaptions);
    refuseIdleKeys(overrides, drawingKeys, weightsInstead);
    return;
  }
  refuse(given, idleWithIds);
  if (given.greedy !== undefined) refuse(given, idleWhenGreedy);
  refuseIdleKeys(overrides, new Set(), weightsInstead);
}

function refuse(given: Given, idle: Readonly<Partial<Record<Option, string>>>): void {
  for (const [option, message] of Object.entries(idle)) {
    if (given[option as Option] !== undefined) throw new UsageError(message);
  }
}
