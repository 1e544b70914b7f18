/** Whether two files say the same, but for the rounding of their numbers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isConvertibleFloat, SafetensorsFile } from "../../checkpoints/index.ts";

export type Comparison =
  | { readonly kind: "same" | "rounding" }
  | { readonly kind: "different"; readonly why: string };

/**
 * Relative to the largest number of a tensor, or to the number in JSON: a third of what parity with
 * transformers allows, and more than another processor makes of gradients (seen: 2e-5).
 */
const allowed = 3e-5;

export function compareFiles(before: Buffer, now: Buffer, isSafetensors: boolean): Comparison {
  if (before.equals(now)) return { kind: "same" };
  const why = isSafetensors
    ? tensorsDiffer(before, now)
    : valuesDiffer(JSON.parse(before.toString("utf8")), JSON.parse(now.toString("utf8")), "");
  return why === null ? { kind: "rounding" } : { kind: "different", why };
}

/** @returns what differs; null for nothing. */
function valuesDiffer(before: unknown, now: unknown, place: string): string | null {
  if (typeof before === "number" && typeof now === "number") {
    const isClose = Math.abs(before - now) <= allowed * Math.abs(before);
    return isClose ? null : `${place} was ${before}, is ${now}`;
  }
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) {
    return before === now ? null : `${place} was ${before}, is ${now}`;
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  for (const key of keys) {
    const why = valuesDiffer(Reflect.get(before, key), Reflect.get(now, key), `${place}.${key}`);
    if (why !== null) return why;
  }
  return null;
}

function tensorsDiffer(before: Buffer, now: Buffer): string | null {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-same-"));
  const [first, second] = [before, now].map((bytes, i) => {
    const path = join(folder, `${i}.safetensors`);
    writeFileSync(path, bytes);
    return SafetensorsFile.open(path);
  });
  try {
    for (const name of new Set([...first!.tensors.keys(), ...second!.tensors.keys()])) {
      const why = tensorDiffers(first!, second!, name);
      if (why !== null) return `tensor ${name} ${why}`;
    }
    return null;
  } finally {
    for (const file of [first, second]) file!.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function tensorDiffers(first: SafetensorsFile, second: SafetensorsFile, name: string) {
  const [before, now] = [first.tensors.get(name), second.tensors.get(name)];
  if (before === undefined || now === undefined) return "is in one file alone";
  if (before.dtype !== now.dtype || before.shape.join() !== now.shape.join()) {
    return `was ${before.dtype} [${before.shape}], is ${now.dtype} [${now.shape}]`;
  }
  if (!isConvertibleFloat(before.dtype)) {
    return Buffer.from(first.read(name)).equals(second.read(name)) ? null : "has other values";
  }
  const values = first.readFloat32(name);
  const others = second.readFloat32(name);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const far = values.findIndex((value, i) => !(Math.abs(value - others[i]!) <= allowed * largest));
  return far < 0 ? null : `at ${far} was ${values[far]}, is ${others[far]}`;
}
