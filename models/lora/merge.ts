/** An adapter added to the matrices that it adapts, so that it costs nothing more. */

import { transpose } from "../families/index.ts";
import type { LoraAdapter } from "./lora-adapter.ts";
import { loraA, rowsOf } from "./lora-adapter.ts";
import type { LoraModule } from "./lora-modules.ts";
import { addProduct, rowLengths } from "./low-rank.ts";

/** The decoder's weights with the adapter in them; what it does not change is shared. */
export function mergeAdapter(
  base: ReadonlyMap<string, Float32Array>,
  adapter: LoraAdapter,
): Map<string, Float32Array> {
  const merged = withProducts(base, adapter);
  if (adapter.config.useDora) rescaleRows(merged, adapter);
  for (const name of adapter.saved) merged.set(name, adapter.weights.get(name)!);
  replaceRows(merged, adapter);
  return merged;
}

function replaceRows(merged: Map<string, Float32Array>, { rows, weights }: LoraAdapter): void {
  for (const { table, ids } of rows ?? []) {
    const own = weights.get(rowsOf(table))!;
    const width = own.length / ids.length;
    const whole = merged.get(table)!.slice();
    for (const [i, id] of ids.entries()) {
      whole.set(own.subarray(i * width, (i + 1) * width), id * width);
    }
    merged.set(table, whole);
  }
}

function withProducts(
  weights: ReadonlyMap<string, Float32Array>,
  adapter: LoraAdapter,
): Map<string, Float32Array> {
  const sums = new Map(weights);
  for (const module of adapter.modules) {
    const a = adapter.weights.get(loraA(module))!;
    for (const { path } of module.linears) {
      const b = adapter.weights.get(`${path}.loraB`)!;
      const weight = weights.get(`${path}.weight`)!;
      sums.set(
        `${path}.weight`,
        outwards(module, weight, (each) => addProduct(each, b, a, module.rank, module.scale)),
      );
    }
  }
  return sums;
}

/** Changes a matrix with outputs for rows, which the table of embeddings is not. */
function outwards(
  { kind, inputs }: LoraModule,
  weight: Float32Array,
  change: (weight: Float32Array) => Float32Array,
): Float32Array {
  if (kind !== "embedding") return change(weight);
  const outputs = weight.length / inputs;
  return transpose(change(transpose(weight, inputs, outputs)), outputs, inputs);
}

/** Gives every row the length that the adapter trained. */
function rescaleRows(weights: Map<string, Float32Array>, { modules, weights: own }: LoraAdapter) {
  for (const module of modules) {
    const { linears, inputs } = module;
    for (const { path } of linears) {
      const magnitudes = own.get(`${path}.loraMagnitude`)!;
      const scaled = outwards(module, weights.get(`${path}.weight`)!, (weight) => {
        const lengths = rowLengths(weight, inputs);
        return weight.map((value, i) => {
          const row = Math.floor(i / inputs);
          return (value * magnitudes[row]!) / lengths[row]!;
        });
      });
      weights.set(`${path}.weight`, scaled);
    }
  }
}
