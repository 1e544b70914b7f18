/**
 * Adapters over a model whose head is the table of embeddings. PEFT adapts, or keeps whole, the one module
 * that is named; the other stays what it was, so that they are tied no longer. Only rows of the table are
 * shared, and copies that are equal.
 */
import type { DecoderConfig, Family } from "../../models/index.ts";
import { areEqual, type TensorReader } from "../safetensors/index.ts";
import type { PeftConfig } from "./peft-config.ts";
import { endsIn, matrixNames, prefix, rowTensor, tableModules } from "./tensor-names.ts";

/** Whether the adapter tells the table from the head, so that the base needs both. */
export function separatesTables(
  family: Family,
  config: DecoderConfig,
  { lora }: PeftConfig,
  file: TensorReader,
): boolean {
  const tables = tableModules(family, { ...config, tieEmbeddings: false });
  const module = (table: string) => tables.find((each) => each.table === table)!.module;
  const [embedding, head] = [module("embedding.weight"), module("head.weight")];
  const has = (name: string) => file.tensors.has(name);

  const adapted = has(matrixNames("embedding", embedding).a) || has(matrixNames("head", head).a);
  if (adapted || (has(rowTensor(head)) && !has(rowTensor(embedding)))) return true;

  const [table, own] = [embedding, head].map((name) => `${prefix}${name}.weight`);
  if (has(table!) && has(own!)) return !areEqual(file, table!, own!);
  const isNamed = (name: string) => lora.modulesToSave.some((saved) => endsIn(name, saved));
  return (has(table!) && isNamed(embedding)) || (has(own!) && isNamed(head));
}
