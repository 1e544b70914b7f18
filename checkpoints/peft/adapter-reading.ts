/** The tensors of an adapter in PEFT's layout as one of ours. */
import {
  AdapterError,
  checkRows,
  cutRows,
  type DecoderConfig,
  type Family,
  type LinearModule,
  type LoraAdapter,
  type LoraConfig,
  type LoraModule,
  linearModules,
  rowsOf,
  savedParameters,
  shapesByName,
  type TableRows,
  tensorShape,
  unpackTensor,
  withRank,
} from "../../models/index.ts";
import type { TensorReader } from "../safetensors/index.ts";
import type { PeftConfig, SavedRows } from "./peft-config.ts";
import {
  carriedTensor,
  endsIn,
  matrixNames,
  prefix,
  rowTensor,
  tableModules,
  tensorName,
} from "./tensor-names.ts";

/** Reads the tensors of an adapter, and says which the model does not have. */
export class AdapterReading {
  readonly #family: Family;
  readonly #config: DecoderConfig;
  readonly #lora: LoraConfig;
  readonly #savedRows: readonly SavedRows[];
  readonly #file: TensorReader;
  readonly #left: Set<string>;
  readonly #weights = new Map<string, Float32Array>();

  constructor(
    family: Family,
    config: DecoderConfig,
    { lora, rows }: PeftConfig,
    file: TensorReader,
  ) {
    this.#family = family;
    this.#config = config;
    this.#lora = lora;
    this.#savedRows = rows;
    this.#file = file;
    this.#left = new Set(file.tensors.keys());
  }

  /** @throws AdapterError naming a tensor that is missing, misshapen or unknown. */
  read(): LoraAdapter {
    const modules = linearModules(this.#family, this.#config)
      .filter(({ kind, name }) => this.#left.has(matrixNames(kind, name).a))
      .map((module) => this.#readModule(module));
    if (modules.length === 0) {
      throw new AdapterError(
        `it adapts no linear layer of this ${this.#family.modelType} model; load it over the model that it was trained over`,
      );
    }
    const saved = this.#readSaved();
    const rows = this.#readRows();
    const carried = this.#readCarried();
    const [unknown] = this.#left;
    if (unknown !== undefined) {
      throw new AdapterError(
        `tensor "${unknown}" belongs to no linear layer of this ${this.#family.modelType} model; load the adapter over the model that it was trained over`,
      );
    }
    return { config: this.#lora, modules, saved, rows, carried, weights: this.#weights };
  }

  #readRows(): TableRows[] {
    const { vocabularySize, hiddenSize: width } = this.#config;
    const modules = tableModules(this.#family, this.#config);
    return this.#savedRows.flatMap(({ module: named, ids }) => {
      const found = modules.find(({ module, table }) =>
        named === null ? table === "embedding.weight" : endsIn(module, named),
      );
      if (found === undefined) {
        if (this.#isTiedHead(named, ids)) return [];
        throw new AdapterError(
          `trainable_token_indices names "${named}", which is no table of this model's tokens`,
        );
      }
      const { module, table } = found;
      checkRows(ids, vocabularySize);
      this.#weights.set(rowsOf(table), this.#take(rowTensor(module), [ids.length, width]));
      return [{ table, ids }];
    });
  }

  /** A head that is the table of embeddings may be named beside it, with the same rows. */
  #isTiedHead(named: string | null, ids: readonly number[]): boolean {
    if (!this.#config.tieEmbeddings || named !== "lm_head") return false;
    return this.#savedRows.some((rows) => rows.module !== named && rows.ids.join() === ids.join());
  }

  #readCarried(): Map<string, Float32Array> {
    const { vocabularySize, hiddenSize } = this.#config;
    const found = tableModules(this.#family, this.#config)
      .map(({ table, module }) => [table, carriedTensor(module)] as const)
      .filter(([, name]) => this.#left.has(name));
    return new Map(
      found.map(([table, name]) => [table, this.#take(name, [vocabularySize, hiddenSize])]),
    );
  }

  #readModule(module: LinearModule): LoraModule {
    const { kind, name, linears, inputs, groups } = module;
    const names = matrixNames(kind, name);
    const rank = this.#file.tensors.get(names.a)?.shape[0] ?? 0;
    const outputs = linears.reduce((total, part) => total + part.outputs, 0);
    const a = this.#take(names.a, [rank, inputs]);
    this.#weights.set(`${linears[0]!.path}.loraA`, a);
    const b = this.#take(names.b, [outputs, rank]);
    this.#distribute(module, "loraB", b, rank, groups);
    if (this.#lora.useDora) {
      const lengths = this.#take(tensorName(name, "lora_magnitude_vector"), [outputs]);
      this.#distribute(module, "loraMagnitude", lengths, 1, groups);
    }
    return withRank(module, this.#lora, rank);
  }

  #distribute(
    { linears }: LinearModule,
    kind: string,
    joined: Float32Array,
    columns: number,
    groups: number,
  ): void {
    const sizes = linears.map(({ outputs }) => outputs * columns);
    for (const [i, part] of cutRows(joined, sizes, groups).entries()) {
      this.#weights.set(`${linears[i]!.path}.${kind}`, part);
    }
  }

  /** Whole modules: those that the config names, and embeddings that PEFT adds when they grew. */
  #readSaved(): string[] {
    const shapes = shapesByName(this.#config);
    const saved: string[] = [];
    for (const mapping of this.#family.tensors(this.#config)) {
      const name = prefix + mapping.tensor;
      if (!this.#left.has(name)) continue;
      const data = this.#take(name, tensorShape(mapping, shapes));
      unpackTensor(mapping, shapes, data, this.#weights);
      saved.push(...mapping.parameters);
    }
    this.#readTiedHead(saved);
    const missing = savedParameters(this.#family, this.#config, this.#lora.modulesToSave).find(
      (name) => !saved.includes(name),
    );
    if (missing !== undefined) {
      throw new AdapterError(`modules_to_save names a module whose "${missing}" is missing`);
    }
    return saved;
  }

  /** A tied head may be stored beside the table, if it is the same. */
  #readTiedHead(saved: readonly string[]): void {
    const name = `${prefix}lm_head.weight`;
    if (!this.#config.tieEmbeddings || !this.#left.has(name)) return;
    const { vocabularySize, hiddenSize: width } = this.#config;
    const head = this.#take(name, [vocabularySize, width]);
    const table = this.#weights.get("embedding.weight");
    if (!saved.includes("embedding.weight") || table!.some((value, i) => value !== head[i])) {
      throw new AdapterError(
        `tensor "${name}" differs from the embeddings that it is tied to; untie them in the base model first`,
      );
    }
  }

  #take(name: string, shape: readonly number[]): Float32Array {
    const info = this.#file.tensors.get(name);
    if (info === undefined) throw new AdapterError(`tensor "${name}" is missing`);
    if (info.shape.join() !== shape.join()) {
      throw new AdapterError(
        `tensor "${name}" is [${info.shape.join(", ")}], but the model makes it [${shape.join(", ")}]`,
      );
    }
    this.#left.delete(name);
    return this.#file.readFloat32(name);
  }
}
