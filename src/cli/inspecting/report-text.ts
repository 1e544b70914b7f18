/** What a model is and what it takes, in a terminal. */

import { formatBytes, formatCount } from "../../report/index.ts";
import type { AdapterReport, GeneratingPlan, ModelReport, TrainingPlan } from "../../runs/index.ts";
import { columns } from "../terminal.ts";

export function modelText(report: ModelReport, rank: number): string {
  const { decoder, tensors, memory, training, generating, batch } = report;
  const dtypes = [...new Set(tensors.map(({ dtype }) => dtype))].join(", ");
  const {
    layers,
    hiddenSize: width,
    heads,
    kvHeads,
    headDim,
    vocabularySize,
    contextLength: context,
  } = decoder;
  return columns([
    ["model", report.folder],
    ...(report.adapter === null ? [] : [adapterLine(report.adapter)]),
    ["family", report.family],
    ["parameters", formatCount(report.parameters)],
    ...futureLine(report),
    ["layers", `${layers} of width ${width}`],
    ["heads", `${heads} of ${headDim}, ${kvHeads} of keys and values`],
    ...deltaLine(report),
    [
      "network",
      `${decoder.intermediateSize}, ${decoder.activation}${decoder.gated ? ", gated" : ""}`,
    ],
    ["positions", `${decoder.positions}, context ${context}`],
    ["vocabulary", `${vocabularySize}, ${decoder.tieEmbeddings ? "tied head" : "head of its own"}`],
    ["tensors", `${tensors.length} of ${dtypes}, ${formatBytes(report.bytesOnDisk)} on the disk`],
    [
      "to generate",
      `${context} tokens, of ${formatBytes(memory.cachePerToken)} each${stateText(memory.cachePerSequence)}`,
    ],
    ...generating.map(generatingLine),
    [
      "to train",
      `${batch.batchSize} x ${batch.sequenceLength} tokens a step, adapters of rank ${rank}`,
    ],
    ...training.map(trainingLine),
  ]);
}

/** Layers that carry a state instead of attending. */
function deltaLine({ decoder }: ModelReport): [string, string][] {
  const { gatedDelta: net } = decoder;
  if (net === null) return [];
  const heads = `${net.valueHeads} heads of ${net.keyDim} x ${net.valueDim}`;
  return [["gated delta nets", `${net.layers.length} of the layers, ${heads}`]];
}

function stateText(bytes: number): string {
  return bytes === 0 ? "" : `, and ${formatBytes(bytes)} of states a sequence`;
}

/** Heads of tokens further on. */
function futureLine({ decoder, futureParameters }: ModelReport): [string, string][] {
  const { future } = decoder;
  if (future === undefined) return [];
  const heads = `${future.count} ${future.kind} ${future.count === 1 ? "head" : "heads"}`;
  return [["future tokens", `${heads} of ${formatCount(futureParameters)} of the parameters`]];
}

function adapterLine({ folder, rank, parameters }: AdapterReport): [string, string] {
  return ["adapter", `${folder}, rank ${rank}, ${formatCount(parameters)} parameters`];
}

function generatingLine({ weightDtype, total, ...parts }: GeneratingPlan): [string, string] {
  const { weights, prepacked, caches } = parts;
  return [
    `  ${weightDtype}`,
    `${formatBytes(total)}: ${partsText({ weights, prepacked, caches })}`,
  ];
}

function trainingLine({ method, weightDtype, total, ...parts }: TrainingPlan): [string, string] {
  const { weights, prepacked, gradients, moments, activations } = parts;
  const text = partsText({ weights, prepacked, gradients, moments, activations });
  return [`  ${method}, ${weightDtype}`, `about ${formatBytes(total)}: ${text}`];
}

function partsText(parts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(parts).flatMap(([name, bytes]) =>
    bytes === 0 ? [] : [`${name} ${formatBytes(bytes)}`],
  );
  return texts.join(", ");
}

export function tensorsText({ tensors }: ModelReport): string {
  return columns(tensors.map(({ name, dtype, shape }) => [name, `${dtype} [${shape.join(", ")}]`]));
}
