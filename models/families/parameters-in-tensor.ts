/** The parameters that lie in one tensor of a checkpoint, read from it when they are asked for. */
import { encodeBfloat16, sizeOf } from "../../engine/index.ts";
import { type ParameterSource, readAll } from "../parameter-source.ts";
import type { TensorMapping } from "./family.ts";
import { joinedShape, type Shapes, transpose } from "./tensor-layout.ts";

/** The transposed tensor that was read last: its parameters are asked for one after the other. */
export interface LastTurned {
  tensor: string;
  values: Float32Array;
}

export const noneTurned = (): LastTurned => ({ tensor: "", values: new Float32Array() });

/**
 * By parameter name.
 * @param tensor all of its numbers, as the checkpoint has them.
 * @param last of all tensors of the checkpoint.
 */
export function parametersInTensor(
  mapping: TensorMapping,
  shapes: Shapes,
  tensor: ParameterSource,
  last: LastTurned,
): [string, ParameterSource][] {
  const { parameters, groups, transposed } = mapping;
  const joined = transposed ? turned(mapping, shapes, tensor, last) : tensor;
  if (parameters.length === 1) return [[parameters[0]!, joined]];
  const sizes = parameters.map((name) => sizeOf(shapes.get(name)!) / groups);
  const stride = sizes.reduce((total, size) => total + size, 0);
  let first = 0;
  return parameters.map((name, i) => {
    const pieces = { first, size: sizes[i]!, stride, count: groups };
    first += sizes[i]!;
    return [name, piecesOf(joined, pieces)];
  });
}

/** Pieces of equal size at equal distances, one after the other. */
interface Pieces {
  readonly first: number;
  readonly size: number;
  readonly stride: number;
  readonly count: number;
}

function piecesOf(
  source: ParameterSource,
  { first, size, stride, count }: Pieces,
): ParameterSource {
  const read = <T extends Float32Array | Uint16Array>(
    start: number,
    target: T,
    readPart: (at: number, part: T) => void,
  ) => {
    let done = 0;
    while (done < target.length) {
      const piece = Math.floor((start + done) / size);
      const within = (start + done) % size;
      const end = Math.min(target.length, done + size - within);
      readPart(first + piece * stride + within, target.subarray(done, end) as T);
      done = end;
    }
  };
  return {
    size: size * count,
    readFloat32: (start, target) => read(start, target, (at, part) => source.readFloat32(at, part)),
    readBfloat16: (start, target) =>
      read(start, target, (at, part) => source.readBfloat16(at, part)),
  };
}

/** A tensor that is kept transposed is read whole. */
function turned(
  mapping: TensorMapping,
  shapes: Shapes,
  tensor: ParameterSource,
  last: LastTurned,
): ParameterSource {
  const [rows, columns] = joinedShape(mapping, shapes) as [number, number];
  const part = (start: number, { length }: { readonly length: number }) => {
    if (last.tensor !== mapping.tensor) {
      last.values = transpose(readAll(tensor), columns, rows);
      last.tensor = mapping.tensor;
    }
    return last.values.subarray(start, start + length);
  };
  return {
    size: tensor.size,
    readFloat32: (start, target) => target.set(part(start, target)),
    readBfloat16: (start, target) => encodeBfloat16(part(start, target), target),
  };
}
