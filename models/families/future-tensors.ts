/**
 * The tensors of heads for tokens further on: each is named as one more layer of the family, after the
 * last, as DeepSeek-V3's files name theirs (`model.layers.61.eh_proj.weight`). The copies of the embeddings
 * and the output head that those files hold are left out: they are the decoder's own.
 */
import { type DecoderConfig, type FutureHeadsConfig, ModelConfigError } from "../decoder/config.ts";
import { parameterSpecs } from "../decoder/parameters.ts";
import { type ConfigJson, type Family, FamilyError, type TensorMapping } from "./family.ts";

/** In config.json, where every reader but ours passes over it. */
export const futureKey = "future_heads";

/** By what our parameters are called within a head. */
const deepSeekNames = {
  embeddingNorm: "enorm",
  hiddenNorm: "hnorm",
  projection: "eh_proj",
  finalNorm: "shared_head.norm",
} as const;

/** A config without its heads, as published families describe it. */
export function withoutFuture({ future: _, ...config }: DecoderConfig): DecoderConfig {
  return config;
}

/** What config.json says of heads; undefined for none. @throws FamilyError for what cannot be. */
export function readFuture(json: ConfigJson): FutureHeadsConfig | undefined {
  const found = json[futureKey];
  if (found === undefined || found === null) return undefined;
  const { kind, count } = found as { readonly kind?: unknown; readonly count?: unknown };
  const isKind = kind === "sequential" || kind === "parallel";
  if (isKind && Number.isInteger(count) && Number(count) >= 1 && Number(count) <= 16) {
    return { kind, count: Number(count) };
  }
  throw new FamilyError(
    `config.json: ${futureKey} is ${JSON.stringify(found).slice(0, 80)}: expected a kind, sequential or parallel, and a count from 1 to 16; take the key out to open the model without its heads`,
  );
}

/** The heads of a model of this family, as a family whose tensors are theirs alone. */
export function futureFamily(family: Family): Family {
  return { ...family, prefix: "", tensors: (config) => futureTensors(family, config) };
}

function futureTensors(family: Family, config: DecoderConfig): TensorMapping[] {
  const { future, layers } = config;
  if (future === undefined) throw new ModelConfigError("the decoder has no heads of that kind");
  const longer = withoutFuture({ ...config, layers: layers + future.count });
  const mappings = family.tensors(longer);
  return Array.from({ length: future.count }, (_, i) => {
    const from = `layers.${layers + i}.`;
    const to = `future.${i}.`;
    const own = mappings.filter(({ parameters }) => parameters[0]!.startsWith(from));
    const layer = layerName(own[0]!.tensor, layers + i);
    return [
      ...own.map((mapping) => ({
        ...mapping,
        parameters: mapping.parameters.map((name) => to + name.slice(from.length)),
      })),
      ...besideBlock(config, to).map(({ part, rest, name }) => ({
        tensor: `${layer}${deepSeekNames[part]}.${rest}`,
        parameters: [name],
        transposed: false,
        groups: 1,
      })),
    ];
  }).flat();
}

/** Up to the number of the layer and its full stop. */
function layerName(tensor: string, layer: number): string {
  const number = `${layer}.`;
  return tensor.slice(0, tensor.indexOf(number) + number.length);
}

function besideBlock(config: DecoderConfig, head: string) {
  return parameterSpecs(config).flatMap(({ name }) => {
    if (!name.startsWith(head)) return [];
    const [part, rest] = name.slice(head.length).split(/\.(.*)/) as [string, string];
    return part in deepSeekNames ? [{ part: part as keyof typeof deepSeekNames, rest, name }] : [];
  });
}
