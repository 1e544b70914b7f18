/**
 * An adapter as data: its modules and the values of its parameters. Names within it: `<linear>.loraA`
 * under the first linear layer of a module, `<linear>.loraB` and `<linear>.loraMagnitude` under each,
 * and the decoder's own names for modules that are kept whole.
 */
import seedrandom from "seedrandom";
import { type Shape, sizeOf } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { type ParameterSpec, parameterSpecs } from "../decoder/parameters.ts";
import { fillNormal } from "../decoder/random.ts";
import { type Family, transpose } from "../families/index.ts";
import { AdapterError, type LoraConfig } from "./lora-config.ts";
import { type LoraModule, targetedModules } from "./lora-modules.ts";
import { addProduct, rowLengths } from "./low-rank.ts";
import { principalPart } from "./pissa.ts";

export interface LoraAdapter {
  readonly config: LoraConfig;
  /** None where an adapter is of rows or whole parameters alone. */
  readonly modules: readonly LoraModule[];
  /** The decoder's parameters that the adapter replaces. */
  readonly saved: readonly string[];
  /** Rows that it replaces in tables that it does not replace whole; one entry a table. */
  readonly rows?: readonly TableRows[];
  /**
   * Tables of the base that the file brings along, for they may have grown: they are not the adapter's, and
   * stand in the base before it is attached.
   */
  readonly carried?: ReadonlyMap<string, Float32Array>;
  /** One for each of `adapterSpecs`. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** Rows of a table with one a token: those of tokens that were added, say. */
export interface TableRows {
  /** The decoder's name, as `embedding.weight`. */
  readonly table: string;
  /** Which, each once, in the order in which the adapter holds them. */
  readonly ids: readonly number[];
}

/** The parameters of an adapter, in a fixed order. */
export function adapterSpecs(
  config: DecoderConfig,
  {
    config: lora,
    modules,
    saved,
    rows,
  }: Pick<LoraAdapter, "config" | "modules" | "saved" | "rows">,
): ParameterSpec[] {
  const replaced = parameterSpecs(config).filter(({ name }) => saved.includes(name));
  return [
    ...modules.flatMap((module) => moduleSpecs(module, lora.useDora)),
    ...replaced,
    ...(rows ?? []).map(({ table, ids }) => ({
      name: rowsOf(table),
      shape: [ids.length, config.hiddenSize],
      init: "normal" as const,
      decay: true,
    })),
  ];
}

/** The name of the replaced rows of a table. */
export function rowsOf(table: string): string {
  return `${table}.rows`;
}

/** The tables of a decoder that rows of tokens are in. */
export function tokenTables({ tieEmbeddings }: DecoderConfig): string[] {
  return tieEmbeddings ? ["embedding.weight"] : ["embedding.weight", "head.weight"];
}

function moduleSpecs(module: LoraModule, useDora: boolean): ParameterSpec[] {
  const spec = (name: string, shape: Shape): ParameterSpec => ({
    name,
    shape,
    init: name.endsWith("loraA") ? "normal" : "zeros",
    decay: shape.length > 1,
  });
  return [
    spec(loraA(module), [module.rank, module.inputs]),
    ...module.linears.flatMap(({ path, outputs }) => [
      spec(`${path}.loraB`, [outputs, module.rank]),
      ...(useDora ? [spec(`${path}.loraMagnitude`, [outputs])] : []),
    ]),
  ];
}

export function loraA(module: Pick<LoraModule, "linears">): string {
  return `${module.linears[0]!.path}.loraA`;
}

/**
 * A new adapter, which changes nothing yet; with PiSSA, only together with the base that it returns.
 * @param weights of the decoder.
 * @param rows that the adapter holds besides, with the decoder's values at first.
 * @throws AdapterError when the config asks for modules that the decoder does not have.
 * @example
 * import { familyFor, plainLora } from "pathloom/models";
 *
 * const lora = { ...plainLora, rank: 8 };
 * const { adapter } = newLora(family, model.config, model.weights(), lora, 1);
 * model.attach("icons", adapter);
 */
export function newLora(
  family: Family,
  config: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
  lora: LoraConfig,
  seed: number,
  rows: readonly TableRows[] = [],
): { readonly adapter: LoraAdapter; readonly base: ReadonlyMap<string, Float32Array> } {
  const modules = targetedModules(family, config, lora);
  const saved = savedParameters(family, config, lora.modulesToSave);
  const values = new Map<string, Float32Array>(
    saved.map((name) => [name, weights.get(name)!.slice()]),
  );
  const base = new Map(weights);
  for (const module of modules) {
    const random = seedrandom(`${seed}/${module.name}`);
    if (lora.initialise === "pissa") initialiseByPissa(module, base, values, random);
    else initialiseA(module, lora.initialise, values, random);
    if (!lora.useDora) continue;
    for (const { path, outputs } of module.linears) {
      const weight = base.get(`${path}.weight`)!;
      const outwards =
        module.kind === "embedding" ? transpose(weight, module.inputs, outputs) : weight;
      values.set(`${path}.loraMagnitude`, rowLengths(outwards, module.inputs));
    }
  }
  for (const [name, own] of rowValues(config, weights, rows)) values.set(name, own);
  return { adapter: { config: lora, modules, saved, rows, weights: values }, base };
}

/**
 * The rows as the decoder has them, under their names within an adapter.
 * @throws AdapterError for a row that the table does not have, or that is named twice.
 */
export function rowValues(
  { vocabularySize, hiddenSize: width }: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
  rows: readonly TableRows[],
): Map<string, Float32Array> {
  return new Map(
    rows.map(({ table, ids }) => {
      checkRows(ids, vocabularySize);
      const own = new Float32Array(ids.length * width);
      for (const [i, id] of ids.entries()) {
        own.set(weights.get(table)!.subarray(id * width, (id + 1) * width), i * width);
      }
      return [rowsOf(table), own];
    }),
  );
}

/** @throws AdapterError for a row that a table of `size` does not have, or that is named twice. */
export function checkRows(ids: readonly number[], size: number): void {
  const outside = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= size);
  if (outside !== undefined) {
    throw new AdapterError(
      `the adapter replaces row ${outside}, but the model has rows 0 to ${size - 1}; add its tokens first`,
    );
  }
  if (ids.length === 0 || new Set(ids).size < ids.length) {
    throw new AdapterError("the rows that an adapter replaces are none, or one of them twice");
  }
}

/** The decoder's parameters in modules named as `embed_tokens`. */
export function savedParameters(
  family: Family,
  config: DecoderConfig,
  modules: readonly string[],
): string[] {
  const mappings = family.tensors(config);
  const found = modules.flatMap((module) => {
    const named = mappings.filter(({ tensor }) => {
      const name = tensor.replace(/\.(weight|bias)$/, "");
      return name === module || name.endsWith(`.${module}`);
    });
    const tiedHead = config.tieEmbeddings && module === "lm_head";
    if (named.length === 0 && !tiedHead) {
      throw new AdapterError(`the model has no module "${module}" to keep with the adapter`);
    }
    return tiedHead ? ["embedding.weight"] : named.flatMap(({ parameters }) => parameters);
  });
  return [...new Set(found)];
}

/**
 * Kaiming: as PyTorch initialises a linear layer, uniform up to one over the root of the inputs. An
 * embedding's `B` is drawn instead of its `A`, as in PEFT.
 */
function initialiseA(
  module: LoraModule,
  kind: "kaiming" | "gaussian",
  values: Map<string, Float32Array>,
  random: () => number,
): void {
  const a = new Float32Array(sizeOf([module.rank, module.inputs]));
  const bound = 1 / Math.sqrt(module.inputs);
  if (module.kind === "embedding") {
    const [{ path, outputs }] = module.linears as [LoraModule["linears"][0]];
    values.set(loraA(module), a);
    const b = new Float32Array(outputs * module.rank);
    values.set(`${path}.loraB`, fillNormal(b, 1, random));
    return;
  }
  if (kind === "gaussian") fillNormal(a, 1 / module.rank, random);
  else for (let i = 0; i < a.length; i++) a[i] = (2 * random() - 1) * bound;
  values.set(loraA(module), a);
  for (const { path, outputs } of module.linears) {
    values.set(`${path}.loraB`, new Float32Array(outputs * module.rank));
  }
}

function initialiseByPissa(
  module: LoraModule,
  base: Map<string, Float32Array>,
  values: Map<string, Float32Array>,
  random: () => number,
): void {
  if (module.kind === "embedding") {
    throw new AdapterError(
      `PiSSA starts no adapter of ${module.name}, the table of embeddings; take kaiming, or other targets`,
    );
  }
  const { linears, inputs, rank, scale } = module;
  const rows = linears.reduce((total, { outputs }) => total + outputs, 0);
  const joined = new Float32Array(rows * inputs);
  let start = 0;
  for (const { path, outputs } of linears) {
    joined.set(base.get(`${path}.weight`)!, start * inputs);
    start += outputs;
  }
  const { a, b } = principalPart(joined, rows, inputs, rank, scale, random);
  values.set(loraA(module), a);
  start = 0;
  for (const { path, outputs } of linears) {
    const part = b.slice(start * rank, (start + outputs) * rank);
    values.set(`${path}.loraB`, part);
    base.set(`${path}.weight`, addProduct(base.get(`${path}.weight`)!, part, a, rank, -scale));
    start += outputs;
  }
}
