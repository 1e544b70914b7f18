/**
 * A family's tensors as a table: their name of each part of the decoder beside ours. Weight and bias
 * follow from the part; parts that a config does without are left out.
 */
import type { DecoderConfig } from "../decoder/config.ts";
import { parameterSpecs } from "../decoder/parameters.ts";
import type { TensorMapping } from "./family.ts";

/** Their name, ours, and how they keep it where that is not as we do. */
export type NameRow = readonly [
  theirs: string,
  ours: string | readonly string[],
  layout?: Partial<Pick<TensorMapping, "transposed" | "groups">>,
];

export interface NameTable {
  /** Outside the layers. */
  readonly outer: readonly NameRow[];
  /** As `model.layers`, before the layer's number. */
  readonly layers: string;
  /** Within a layer. */
  readonly inner: readonly NameRow[];
}

/** The mappings of every parameter that the config asks for and the table names. */
export function tensorsByName(config: DecoderConfig, table: NameTable): TensorMapping[] {
  const wanted = new Set(parameterSpecs(config).map(({ name }) => name));
  const layers = Array.from({ length: config.layers }, (_, layer) =>
    table.inner.flatMap((row) => mappings(row, wanted, `${table.layers}.${layer}.`, layer)),
  );
  return [...table.outer.flatMap((row) => mappings(row, wanted, "", null)), ...layers.flat()];
}

function mappings(
  [theirs, ours, layout]: NameRow,
  wanted: ReadonlySet<string>,
  prefix: string,
  layer: number | null,
): TensorMapping[] {
  const parts = [ours].flat().map((part) => (layer === null ? part : `layers.${layer}.${part}`));
  // A parameter that stands alone, neither weight nor bias of a layer.
  const alone = parts.every((name) => wanted.has(name))
    ? [{ tensor: prefix + theirs, parameters: parts, transposed: false, groups: 1 }]
    : [];
  const ofLayer = (["weight", "bias"] as const).flatMap((kind) => {
    const parameters = parts.map((part) => `${part}.${kind}`);
    if (!parameters.every((name) => wanted.has(name))) return [];
    const transposed = kind === "weight" && layout?.transposed === true;
    const groups = layout?.groups ?? 1;
    return [{ tensor: `${prefix}${theirs}.${kind}`, parameters, transposed, groups }];
  });
  return [...alone, ...ofLayer];
}
