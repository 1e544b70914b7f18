/** A model whose logits are a hash of what its caches hold: whatever is read wrongly draws other tokens, at once. */
import type { DecodingModel } from "../../models/index.ts";
import { llamaLike, wide } from "./configs.ts";

interface Tensor {
  readonly type: { readonly dtype: string; readonly shape: readonly number[] };
  read(): Float32Array | Int32Array;
}

type Tensors = Readonly<Record<string, Tensor>>;

export interface HashingModel extends DecodingModel {
  /** Runs of a program for one token of each row. */
  readonly steps: number;
}

export function hashingModel(contextLength: number): HashingModel {
  const config = { ...wide(llamaLike, contextLength), layers: 1 };
  const counted = { steps: 0 };
  const programs = {
    get: () => ({
      run(inputs: Tensors, outputs: Tensors) {
        if (inputs.tokens!.type.shape[1] === 1) counted.steps++;
        runHash(inputs, outputs);
      },
    }),
  };
  const model = {
    config,
    engine: { buffer: makeTensor },
    programs,
    parameterBuffers: {},
    prepackableForGeneration: {},
    get steps() {
      return counted.steps;
    },
  };
  return model as unknown as HashingModel;
}

function makeTensor(type: Tensor["type"]) {
  const length = type.shape.reduce((product, size) => product * size, 1);
  const values = type.dtype === "int32" ? new Int32Array(length) : new Float32Array(length);
  return {
    type,
    read: () => values,
    write: (from: ArrayLike<number>) => values.set(from),
    dispose() {},
  };
}

/** Writes the tokens into the keys, one a vector, and hashes each row's keys from its first to its last. */
function runHash(inputs: Tensors, outputs: Tensors): void {
  const keys = inputs["cache.0.keys"]!;
  const [batch = 0, heads = 0, capacity = 0, headDim = 0] = keys.type.shape;
  const [held, tokens, positions, last] = [keys, ...["tokens", "positions", "last"].map(input)].map(
    (tensor) => tensor!.read(),
  );
  const logits = outputs.logits!.read();
  const read = tokens!.length / batch;
  for (let row = 0; row < batch; row++) {
    const from = row * heads * capacity * headDim;
    for (let i = row * read; i < (row + 1) * read; i++) {
      held![from + positions![i]! * headDim] = tokens![i]! + 1;
    }
    let hash = 17;
    for (let place = 0; place <= positions![last![row]!]!; place++) {
      hash = (Math.imul(hash, 31) + held![from + place * headDim]!) | 0;
    }
    const size = logits.length / batch;
    for (let id = 0; id < size; id++) {
      hash = (Math.imul(hash, 1103515245) + 12345) | 0;
      logits[row * size + id] = ((hash >>> 16) % 1000) / 300;
    }
  }

  function input(name: string): Tensor {
    return inputs[name]!;
  }
}
