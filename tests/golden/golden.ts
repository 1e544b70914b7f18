/** A golden decoder: a checkpoint of another framework, and what that framework computes with it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Checkpoint, loadCheckpoint, SafetensorsFile } from "../../checkpoints/index.ts";

export const decodersFolder = join(import.meta.dirname, "decoders");
export const adaptersFolder = join(import.meta.dirname, "adapters");

/** expected.json, as the maker writes it. */
export interface Expected {
  readonly versions: Readonly<Record<string, string>>;
  readonly tokens: readonly (readonly number[])[];
  /** -100 is not counted; a label is its own place's token, predicted from those before it. */
  readonly labels: readonly (readonly number[])[];
  readonly loss: number;
  readonly losses: readonly number[];
  readonly adamw: {
    readonly lr: number;
    readonly betas: readonly [number, number];
    readonly eps: number;
    readonly weight_decay: number;
  };
  /** How far logits in bfloat16 arithmetic are from those in float32, with the same rounded weights. */
  readonly bfloat16Noise: number;
  readonly prompt: readonly number[];
  readonly greedy: readonly number[];
}

export interface Golden {
  readonly name: string;
  readonly folder: string;
  readonly checkpoint: Checkpoint;
  readonly expected: Expected;
  readonly logits: Float32Array;
  /** With matrices in bfloat16; null of adapters. */
  readonly logitsBfloat16: Float32Array | null;
  /** Embeddings, then what each layer gives, the last after the final norm; none of adapters. */
  readonly hidden: readonly Float32Array[];
  /** By the checkpoint's name of the tensor. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** A decoder at the scale that training starts from, and its logits in bfloat16 arithmetic. */
export type GoldenBfloat16 = Pick<Golden, "name" | "checkpoint" | "logits"> & {
  readonly expected: Pick<Expected, "tokens">;
};

/** An adapter of another framework; `checkpoint` is its base. */
export interface GoldenAdapter extends Omit<Golden, "expected"> {
  readonly expected: Omit<Expected, "prompt" | "greedy" | "bfloat16Noise"> & {
    readonly base: string;
    readonly loraPlusRatio: number;
  };
}

/** A tokenizer of another framework. */
export interface GoldenTokenizer {
  readonly name: string;
  /** tokenizer.json. */
  readonly json: unknown;
  readonly texts: readonly string[];
}

export function loadGoldenTokenizer(root: string, name: string): GoldenTokenizer {
  const read = (file: string) => JSON.parse(readFileSync(join(root, name, file), "utf8"));
  const { samples } = read("expected.json") as { samples: readonly { text: string }[] };
  return { name, json: read("tokenizer.json"), texts: samples.map(({ text }) => text) };
}

export function goldenNames(folder: string): string[] {
  return readdirSync(folder).sort();
}

export function loadGolden(root: string, name: string): Golden {
  const folder = join(root, name);
  return {
    name,
    folder,
    checkpoint: loadCheckpoint(folder, { acceptPlain: true }),
    expected: readExpected(folder) as Expected,
    ...readTensors(folder),
  };
}

/** @param root folder that make_bfloat16.py wrote. */
export function loadGoldenBfloat16(root: string, name: string): GoldenBfloat16 {
  const { expected, ...rest } = loadGolden(root, name);
  return { ...rest, expected: { tokens: expected.tokens } };
}

/** @param bases folder of the decoders that adapters are over. */
export function loadGoldenAdapter(root: string, name: string, bases: string): GoldenAdapter {
  const folder = join(root, name);
  const expected = readExpected(folder) as GoldenAdapter["expected"];
  const checkpoint = loadCheckpoint(join(bases, expected.base), { acceptPlain: true });
  return { name, folder, checkpoint, expected, ...readTensors(folder) };
}

function readExpected(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
}

function readTensors(
  folder: string,
): Pick<Golden, "logits" | "logitsBfloat16" | "hidden" | "gradients"> {
  const file = SafetensorsFile.open(join(folder, "expected.safetensors"));
  const prefix = "gradient.";
  const names = [...file.tensors.keys()].filter((tensor) => tensor.startsWith(prefix));
  const states = [...file.tensors.keys()].filter((tensor) => tensor.startsWith("hidden."));
  try {
    return {
      logits: file.readFloat32("logits"),
      logitsBfloat16: file.tensors.has("logits.bfloat16")
        ? file.readFloat32("logits.bfloat16")
        : null,
      hidden: states.map((_, i) => file.readFloat32(`hidden.${i}`)),
      gradients: new Map(
        names.map((tensor) => [tensor.slice(prefix.length), file.readFloat32(tensor)]),
      ),
    };
  } finally {
    file.close();
  }
}
