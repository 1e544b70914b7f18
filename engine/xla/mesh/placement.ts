/**
 * Which axes of a tensor are divided along which sides of the mesh. It follows from the tensor's type
 * alone, so that all programs agree on a buffer; XLA finds out what is to be divided in between, and
 * exchanges what the devices need of one another. The results are the same whatever is chosen.
 */
import type { Mesh } from "../../engine.ts";
import { sizeOf, type TensorType } from "../../graph/index.ts";
import { type MeshAxis, meshAxes } from "./mesh.ts";

/** By axis of the tensor: the sides that it is divided along, the slower first. Empty is whole. */
export type Placement = readonly (readonly MeshAxis[])[];

/** Smaller tensors are kept whole on every device: exchanging them takes longer than it saves. */
const leastElements = 512;

/**
 * Token ids and what goes with them are divided by rows; matrices along their longer axis by `model`,
 * which makes the feed-forward layer's two matrices fit each other without an exchange in between
 * (Shoeybi et al. 2019, "Megatron-LM"), and, if parameters are sharded, by `data`.
 */
export function placementOf({ dtype, shape }: TensorType, mesh: Mesh): Placement {
  const sides = shape.map((): MeshAxis[] => []);
  if (dtype === "int32") {
    if (shape.length > 0 && divides(mesh.data, shape[0]!)) sides[0]!.push("data");
    return sides;
  }
  if (shape.length < 2 || sizeOf(shape) < leastElements) return sides;
  const left = [...shape];
  const divide = (side: MeshAxis) => {
    const axis = longest(left, mesh[side]);
    if (axis === null) return;
    left[axis]! /= mesh[side];
    sides[axis]!.push(side);
  };
  divide("model");
  if (mesh.sharded) divide("data");
  return sides;
}

const divides = (count: number, size: number): boolean => count > 1 && size % count === 0;

/** The longest axis that can be divided into so many parts; null where none can. */
function longest(shape: readonly number[], count: number): number | null {
  const fitting = shape.flatMap((size, axis) => (divides(count, size) ? [axis] : []));
  return fitting.reduce<number | null>(
    (best, axis) => (best === null || shape[axis]! > shape[best]! ? axis : best),
    null,
  );
}

export const isWhole = (placement: Placement): boolean =>
  placement.every((sides) => sides.length === 0);

/** As Shardy (https://openxla.org/shardy) writes it: `#sdy.sharding<@mesh, [{"data"}, {}]>`. */
export function shardingText(placement: Placement): string {
  const axes = placement.map((sides) => `{${sides.map((side) => `"${side}"`).join(", ")}}`);
  return `#sdy.sharding<@mesh, [${axes.join(", ")}]>`;
}

/** As `sdy.mesh @mesh = <["data"=2, "model"=2]>`. */
export const meshText = (mesh: Mesh): string =>
  `sdy.mesh @mesh = <[${meshAxes.map((side) => `"${side}"=${mesh[side]}`).join(", ")}]>`;
