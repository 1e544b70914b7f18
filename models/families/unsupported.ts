/** Why a `model_type` is not supported, in the words of a refusal and of docs/models.md, and what is near it. */
import { distance } from "fastest-levenshtein";
import { modelTypes, transformersVersion } from "./model-types.ts";

/** By the marks of model-types.ts, the weightiest first. */
const reasons: Readonly<Record<string, string>> = {
  pictures: "reads pictures or video too",
  sound: "reads or writes sound",
  encoder: "an encoder, or the half of one that attends to it",
  experts: "a mixture of experts",
  stateSpace: "state-space layers (Mamba)",
  linearAttention: "layers that keep a state instead of attending (linear attention)",
  latentAttention: "latent attention (MLA)",
  convolution: "convolutions between positions",
  sinks: "attention sinks",
  interleaved: "rotary positions that turn neighbouring channels",
};

/** Of a decoder without a mark. */
const notWritten = "a layout that is not described here yet";

/** Marks that say no more than another. */
const implied: Readonly<Record<string, readonly string[]>> = {
  stateSpace: ["convolution"],
  linearAttention: ["convolution"],
  encoder: ["interleaved"],
};

/**
 * What stands in the way of a model that `transformers` builds, the weightiest first; null for a type that
 * it does not know.
 */
export function whyUnsupported(modelType: string): readonly string[] | null {
  const known = Object.hasOwn(modelTypes, modelType) ? modelTypes[modelType]! : null;
  if (known === null) return null;
  const [, ...marks] = known;
  const hidden = new Set(marks.flatMap((mark) => implied[mark] ?? []));
  const found = Object.keys(reasons).filter((mark) => marks.includes(mark) && !hidden.has(mark));
  return found.length === 0 ? [notWritten] : found.map((mark) => reasons[mark]!);
}

/** The refusal. @param supported types that load. */
export function refusal(modelType: unknown, supported: readonly string[]): string {
  const named = `config.json: model_type ${JSON.stringify(modelType)?.slice(0, 80)} is not supported`;
  const list = `supported are ${supported.join(", ")}`;
  if (typeof modelType !== "string") return `${named}; ${list}`;
  const near = nearestType(modelType, supported);
  const nearest = near === null ? "" : `nearest is ${near}; `;
  const why = whyUnsupported(modelType);
  const [model] = why === null ? [] : modelTypes[modelType]!;
  const because =
    why === null ? "" : ` (${model} of transformers ${transformersVersion}: ${why.join(", ")})`;
  return `${named}${because}; ${nearest}${list}`;
}

/** The supported type of the same kin, or that was misspelt; null where none is near. */
export function nearestType(modelType: string, supported: readonly string[]): string | null {
  const plain = modelType.slice(0, 64).toLowerCase();
  const ranked = supported
    .map((each) => ({ each, shared: sharedStart(each, plain), apart: distance(each, plain) }))
    .filter(({ shared, apart }) => shared >= 3 || apart <= 0.4 * plain.length)
    .sort((a, b) => b.shared - a.shared || a.apart - b.apart);
  return ranked[0]?.each ?? null;
}

function sharedStart(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
}
