/** Options of `pathloom bench` that what is measured knows nothing of, refused instead of ignored. */
import { UsageError } from "../../../errors/index.ts";
import type { BenchKind } from "../../bench/index.ts";

/** What `pathloom bench` measures: by running it, or by compiling it. */
export type MeasuredKind = BenchKind | "compile";

type Kind = MeasuredKind;

const decoders: readonly Kind[] = ["train", "lora", "generate"];
const computing: readonly Kind[] = ["matmul", ...decoders];

/** Each option that not all kinds take, and those that do. */
const takers = {
  shape: [...computing, "compile"],
  engine: computing,
  precision: computing,
  threads: computing,
  peer: computing,
  python: computing,
  profile: computing,
  batch: [...decoders, "compile"],
  weightDtype: ["lora", "generate"],
  prompt: ["generate"],
  tokens: ["generate"],
  data: ["tokenize"],
  config: ["tokenize", "compile"],
  target: ["compile"],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;

type Given = Readonly<Partial<Record<keyof typeof takers, unknown>>>;

/** Why a kind does not take an option, where that is not plain. */
const reasons: Readonly<Record<string, string>> = {
  "weightDtype train": "a decoder is trained in float32 alone; see bench lora",
  "peer tokenize": "Python has no such tokenizer",
  "precision compile": "it is the recipe's, --train.precision bfloat16",
};

/** @throws UsageError for the first option that was given and that this kind does not take. */
export function refuseIdleOptions(kind: Kind, given: Given): void {
  for (const [option, known] of Object.entries(takers)) {
    if (given[option as keyof Given] === undefined || isOneOf(kind, known)) continue;
    const plain = `bench ${kind} knows no such thing; it is for ${known.join(", ")}`;
    const why = reasons[`${option} ${kind}`] ?? plain;
    throw new UsageError(`--${option === "weightDtype" ? "weight-dtype" : option}: ${why}`);
  }
}

const isOneOf = (kind: Kind, among: readonly Kind[]): boolean => among.includes(kind);
