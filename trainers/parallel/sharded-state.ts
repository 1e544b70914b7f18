/** The optimiser's state of all ranks as one, as a rank that had all of it would save it. */
import { type Communicator, gatherValues } from "../../distributed/index.ts";
import {
  type Buffer,
  type Shape,
  sizeOf,
  type TensorData,
  type TensorType,
} from "../../engine/index.ts";
import type { SavedTensor } from "./update.ts";

/** Of a rank: what it keeps, by name. */
type Kept = readonly (readonly [name: string, type: TensorType])[];

/**
 * All ranks call it together; each gets the whole.
 * @param own of this rank.
 * @param shapeOf the shape of an entry whose elements several ranks keep; null where each is kept whole.
 */
export function gatherState(
  communicator: Communicator,
  own: ReadonlyMap<string, Buffer>,
  shapeOf: ((name: string) => Shape) | null,
): Map<string, SavedTensor> {
  const kept: Kept = [...own].map(([name, { type }]) => [name, type]);
  const byRank = gatherValues(communicator, kept).map((each) => new Map(each));
  const names = [...new Set(byRank.flatMap((each) => [...each.keys()]))];
  return new Map(
    names.map((name) => {
      const types = byRank.map((each) => each.get(name));
      const counts = Int32Array.from(types, (type) =>
        type === undefined ? 0 : sizeOf(type.shape),
      );
      const first = types.find((type) => type !== undefined)!;
      const type = { dtype: first.dtype, shape: shapeOf?.(name) ?? first.shape };
      const make = first.dtype === "uint8" ? Uint8Array : Float32Array;
      const all = new make(sizeOf(type.shape));
      communicator.allGather<Float32Array | Uint8Array>(
        (own.get(name)?.read() as Float32Array | Uint8Array | undefined) ?? new make(0),
        counts,
        all,
      );
      return [name, { type, read: (): TensorData => all }] as const;
    }),
  );
}
