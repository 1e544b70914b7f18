/** Names of tensors in an adapter's file: the base model's modules, and what PEFT puts after them. */
import {
  type DecoderConfig,
  type Family,
  type ModuleKind,
  tokenTables,
} from "../../models/index.ts";

export const prefix = "base_model.model.";

/** The tables of tokens: our names, and those of the checkpoint's modules. */
export function tableModules(family: Family, config: DecoderConfig) {
  return family.tensors(config).flatMap(({ tensor, parameters }) => {
    const table = parameters[0] ?? "";
    const isTable = tokenTables(config).includes(table);
    return isTable ? [{ table, module: tensor.replace(/\.weight$/, "") }] : [];
  });
}

export const endsIn = (module: string, name: string): boolean =>
  module === name || module.endsWith(`.${name}`);

export const rowTensor = (module: string): string =>
  `${prefix}${module}.token_adapter.trainable_tokens_delta`;

export const tensorName = (module: string, kind: string): string => `${prefix}${module}.${kind}`;

/** Of the two matrices of a module. */
export function matrixNames(
  kind: ModuleKind,
  module: string,
): { readonly a: string; readonly b: string } {
  const [a, b] =
    kind === "embedding"
      ? ["lora_embedding_A", "lora_embedding_B"]
      : ["lora_A.weight", "lora_B.weight"];
  return { a: tensorName(module, a), b: tensorName(module, b) };
}

/** A table of the base beneath an adapter of it, which PEFT stores along. */
export const carriedTensor = (module: string): string => tensorName(module, "base_layer.weight");
