/** Devices in a rectangle, along whose sides tensors are divided. */
import { EngineError, type Mesh } from "../../engine.ts";

/** Names of the sides, the slower first: device `d` is at `[d / model, d % model]`. */
export const meshAxes = ["data", "model"] as const;
export type MeshAxis = (typeof meshAxes)[number];

export const oneDevice: Mesh = { data: 1, model: 1, sharded: false };

export const devicesOf = ({ data, model }: Mesh): number => data * model;

/** Where a device is on each side. */
export function positionOf(device: number, { model }: Mesh): Readonly<Record<MeshAxis, number>> {
  return { data: Math.floor(device / model), model: device % model };
}

/** @throws EngineError unless the sides are whole numbers above zero. */
export function checkMesh({ data, model }: Mesh): void {
  for (const side of [data, model]) {
    if (Number.isInteger(side) && side >= 1) continue;
    throw new EngineError(`a mesh needs whole numbers of devices, got ${data} x ${model}`);
  }
}
