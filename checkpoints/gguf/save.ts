/** A decoder and its tokenizer as one file for llama.cpp, Ollama and whatever else reads GGUF. */
import { type DecoderConfig, rotaryFrequencies, usualYarn, yarnGain } from "../../models/index.ts";
import type { TokenizerSettings } from "../huggingface/tokenizer-config.ts";
import { architectures, type GgufArchitecture, tensorNames } from "./architectures.ts";
import { GgufError } from "./gguf-error.ts";
import { vocabularyValues } from "./vocabulary.ts";
import { type GgufTensor, type GgufType, type GgufValue, q8Block, writeGguf } from "./writer.ts";

export interface GgufContents {
  readonly decoder: DecoderConfig;
  /** By parameter name. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What programs show as the model's name. */
  readonly name: string;
  /** Of matrices; gains, biases and what does not fall into blocks stay float32. */
  readonly type: GgufType;
  /** tokenizer.json; without it programs can feed ids alone. */
  readonly tokenizer?: unknown;
  readonly tokenizerSettings?: TokenizerSettings;
  /** generation_config.json over config.json: ids of special tokens. */
  readonly ids: Readonly<Record<string, unknown>>;
}

const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
const float32 = (value: number): GgufValue => ({ type: "float32", value });
const string = (value: string): GgufValue => ({ type: "string", value });

/** `general.file_type`. */
const fileTypes: Readonly<Record<GgufType, number>> = { f32: 0, f16: 1, q8_0: 7, bf16: 32 };

/**
 * @param path of the file.
 * @returns the architecture's name and the file's bytes.
 * @throws GgufError for a decoder or a tokenizer that the file cannot hold
 * @throws StorageError
 */
export function saveGguf(
  path: string,
  contents: GgufContents,
): { readonly architecture: string; readonly bytes: number } {
  const { decoder, name, type } = contents;
  const architecture = architectureOf(decoder);
  const values = new Map<string, GgufValue>([
    ["general.architecture", string(architecture.name)],
    ["general.type", string("model")],
    ["general.name", string(name)],
    ["general.file_type", uint32(fileTypes[type])],
    ...(type === "q8_0" ? [["general.quantization_version", uint32(2)] as const] : []),
    ...sizes(architecture.name, decoder),
    ...vocabulary(contents),
  ]);
  const bytes = writeGguf(path, values, [...tensorsOf(architecture, contents)]);
  return { architecture: architecture.name, bytes };
}

/** @throws GgufError naming what the nearest architecture lacks. */
export function architectureOf(config: DecoderConfig): GgufArchitecture {
  const reasons = new Map(architectures.map((each) => [each, each.whyNot(config)]));
  const found = architectures.find((each) => reasons.get(each) === null);
  if (found !== undefined) return found;
  const nearest = config.norm === "layerNorm" ? "gpt2" : "llama";
  const why = reasons.get(architectures.find(({ name }) => name === nearest)!);
  const names = architectures.map(({ name }) => name).join(", ");
  throw new GgufError(
    `no architecture of llama.cpp that is written here (${names}) holds this model: the nearest is ${nearest}, and this has ${why}`,
  );
}

function sizes(name: string, config: DecoderConfig): [string, GgufValue][] {
  const { rope, attention, headDim } = config;
  // There is no window in these architectures: within it, and no further, they compute the same.
  const context = Math.min(config.contextLength, attention.window?.size ?? config.contextLength);
  const epsilon = config.norm === "rmsNorm" ? "layer_norm_rms_epsilon" : "layer_norm_epsilon";
  const keys: [string, GgufValue][] = [
    ["vocab_size", uint32(config.vocabularySize)],
    ["context_length", uint32(context)],
    ["embedding_length", uint32(config.hiddenSize)],
    ["block_count", uint32(config.layers)],
    ["feed_forward_length", uint32(config.intermediateSize)],
    ["attention.head_count", uint32(config.heads)],
    ["attention.head_count_kv", uint32(config.kvHeads)],
    [`attention.${epsilon}`, float32(config.normEpsilon)],
  ];
  if (config.positions === "rotary") {
    keys.push(
      ["attention.key_length", uint32(headDim)],
      ["attention.value_length", uint32(headDim)],
      ["rope.dimension_count", uint32(headDim)],
      ["rope.freq_base", float32(rope.theta)],
      ...scalingKeys(config),
    );
  }
  return keys.map(([key, value]) => [`${name}.${key}`, value]);
}

function scalingKeys({ rope: { scaling } }: DecoderConfig): [string, GgufValue][] {
  if (scaling?.type === "linear") {
    return [
      ["rope.scaling.type", string("linear")],
      ["rope.scaling.factor", float32(scaling.factor)],
    ];
  }
  if (scaling?.type !== "yarn") return [];
  const { factor, originalContextLength } = scaling;
  const usual = usualYarn(factor, originalContextLength);
  const isUsual =
    scaling.fastTurns === usual.fastTurns &&
    scaling.slowTurns === usual.slowTurns &&
    scaling.truncate &&
    Math.abs(scaling.gain - yarnGain(factor)) < 1e-6;
  if (!isUsual) throw new GgufError("YaRN with settings of its own has no keys in this file");
  return [
    ["rope.scaling.type", string("yarn")],
    ["rope.scaling.factor", float32(factor)],
    ["rope.scaling.original_context_length", uint32(originalContextLength)],
  ];
}

function vocabulary(contents: GgufContents): Map<string, GgufValue> {
  const { tokenizer, decoder, ids, tokenizerSettings } = contents;
  if (tokenizer === undefined) {
    return new Map([["tokenizer.ggml.model", string("no_vocab")]]);
  }
  const own = tokenizerSettings?.config?.chat_template;
  const template = tokenizerSettings?.chatTemplate ?? (typeof own === "string" ? own : undefined);
  return vocabularyValues(tokenizer, {
    rows: decoder.vocabularySize,
    ids,
    chatTemplate: template,
  });
}

function* tensorsOf(
  architecture: GgufArchitecture,
  { decoder, weights, type }: GgufContents,
): Generator<GgufTensor> {
  const tensor = (name: string, values: Float32Array, width: number | null): GgufTensor => {
    const shape = width === null ? [values.length] : [values.length / width, width];
    const fits = type !== "q8_0" || (width ?? 0) % q8Block === 0;
    const kept = width === null ? "f32" : fits ? type : "f16";
    return { name, shape, type: kept, data: () => values };
  };
  const frequencies = frequencyFactors(decoder);
  if (frequencies !== null) yield tensor("rope_freqs.weight", frequencies, null);
  for (const [ours, theirs] of namesOf(decoder.layers)) {
    for (const part of ["weight", "bias"]) {
      const values = weights.get(`${ours}.${part}`);
      if (values === undefined) continue;
      if (architecture.fused && /\.attention\.(query|key|value)$/.test(ours)) {
        if (!ours.endsWith("query")) continue;
        const all = ["query", "key", "value"].map(
          (each) => weights.get(`${ours.replace("query", each)}.${part}`)!,
        );
        const width = part === "weight" ? decoder.hiddenSize : null;
        yield tensor(`${theirs.replace("attn_q", "attn_qkv")}.${part}`, joined(all), width);
        continue;
      }
      const isNorm = /norm$/i.test(ours);
      const width = part === "bias" || isNorm ? null : widthOf(ours, decoder);
      const laid = inOrder(architecture, decoder, ours, values, width);
      const offset = isNorm && part === "weight" && architecture.addsNormOffset;
      yield tensor(
        `${theirs}.${part}`,
        offset ? laid.map((value) => value + decoder.normOffset) : laid,
        width,
      );
    }
  }
}

function namesOf(layers: number): (readonly [string, string])[] {
  const outer = tensorNames.filter(([ours]) => !ours.includes("{i}"));
  const inner = tensorNames.filter(([ours]) => ours.includes("{i}"));
  const at = (layer: number) =>
    inner.map((pair) => pair.map((name) => name.replace("{i}", String(layer))) as [string, string]);
  return [...outer, ...Array.from({ length: layers }, (_, layer) => at(layer)).flat()];
}

/** Inputs of a linear layer, channels of a table's row. */
function widthOf(name: string, config: DecoderConfig): number {
  if (name.endsWith("attention.output")) return config.heads * config.headDim;
  return name.endsWith("feedForward.down") ? config.intermediateSize : config.hiddenSize;
}

/** Queries and keys with the channels that turn together where the architecture has them. */
function inOrder(
  { turns }: GgufArchitecture,
  { headDim, rope, positions }: DecoderConfig,
  name: string,
  values: Float32Array,
  width: number | null,
): Float32Array {
  if (positions !== "rotary" || !/\.attention\.(query|key)(Norm)?$/.test(name)) return values;
  const ours = rope.interleaved ? "neighbours" : "halves";
  if (ours === turns) return values;
  const half = headDim / 2;
  const place = (channel: number) =>
    turns === "neighbours"
      ? 2 * (channel % half) + Math.floor(channel / half)
      : (channel % 2) * half + Math.floor(channel / 2);
  return withMovedRows(values, width ?? 1, headDim, place);
}

function withMovedRows(
  values: Float32Array,
  width: number,
  headDim: number,
  place: (channel: number) => number,
): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row * width < values.length; row++) {
    const channel = row % headDim;
    const target = row - channel + place(channel);
    result.set(values.subarray(row * width, (row + 1) * width), target * width);
  }
  return result;
}

/** By how much each frequency is slower than a plain one; null where keys say it, or none is. */
function frequencyFactors({ rope, headDim }: DecoderConfig): Float32Array | null {
  if (rope.scaling?.type !== "llama3") return null;
  const plain = rotaryFrequencies(headDim, rope.theta, null);
  const scaled = rotaryFrequencies(headDim, rope.theta, rope.scaling);
  return Float32Array.from(plain, (frequency, i) => frequency / scaled[i]!);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
