/** A tensor's elements as the pieces that devices hold, and back. */
import type { Mesh } from "../../engine.ts";
import { allocate, type Shape, type TensorData, type TensorType } from "../../graph/index.ts";
import { devicesOf, positionOf } from "./mesh.ts";
import { isWhole, type Placement } from "./placement.ts";

/** The type of what each device holds. */
export function pieceType(
  { dtype, shape }: TensorType,
  placement: Placement,
  mesh: Mesh,
): TensorType {
  const sizes = shape.map((size, axis) =>
    placement[axis]!.reduce((left, side) => left / mesh[side], size),
  );
  return { dtype, shape: sizes };
}

/** Where a device's piece begins along each axis. */
function originOf(piece: Shape, placement: Placement, mesh: Mesh, device: number): number[] {
  const position = positionOf(device, mesh);
  return piece.map((size, axis) => {
    const index = placement[axis]!.reduce((at, side) => at * mesh[side] + position[side], 0);
    return index * size;
  });
}

/** By device. Whole tensors are the same array for all. */
export function split(
  data: TensorData,
  type: TensorType,
  placement: Placement,
  mesh: Mesh,
): TensorData[] {
  const devices = Array.from({ length: devicesOf(mesh) }, (_, device) => device);
  if (isWhole(placement)) return devices.map(() => data);
  const own = pieceType(type, placement, mesh);
  return devices.map((device) => {
    const piece = allocate(own);
    const origin = originOf(own.shape, placement, mesh, device);
    eachRun(type.shape, own.shape, origin, (whole, at, length) => {
      piece.set(data.subarray(whole, whole + length), at);
    });
    return piece;
  });
}

/** Puts the pieces together. @param pieceOf asked only of devices whose piece no other has. */
export function join(
  pieceOf: (device: number) => TensorData,
  type: TensorType,
  placement: Placement,
  mesh: Mesh,
  into: TensorData,
): void {
  const own = pieceType(type, placement, mesh);
  const taken = new Set<string>();
  for (let device = 0; device < devicesOf(mesh); device++) {
    const origin = originOf(own.shape, placement, mesh, device);
    const key = origin.join();
    if (taken.has(key)) continue;
    taken.add(key);
    const piece = pieceOf(device);
    eachRun(type.shape, own.shape, origin, (whole, at, length) => {
      into.set(piece.subarray(at, at + length), whole);
    });
  }
}

/** Calls back for each run of elements that lie side by side in both: offsets and length. */
function eachRun(
  whole: Shape,
  piece: Shape,
  origin: readonly number[],
  copy: (whole: number, piece: number, length: number) => void,
): void {
  const rank = whole.length;
  const visit = (axis: number, offset: number, at: number): void => {
    if (axis >= rank - 1) {
      copy(
        offset * (whole[axis] ?? 1) + (origin[axis] ?? 0),
        at * (piece[axis] ?? 1),
        piece[axis] ?? 1,
      );
      return;
    }
    for (let i = 0; i < piece[axis]!; i++) {
      visit(axis + 1, offset * whole[axis]! + origin[axis]! + i, at * piece[axis]! + i);
    }
  };
  visit(0, 0, 0);
}
