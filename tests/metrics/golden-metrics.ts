/** What make_metrics.py wrote, and the pictures and features that it made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Picture } from "../../src/metrics/index.ts";

type Made = readonly [rows: number, width: number, phase: number];

interface Golden {
  readonly distances: readonly {
    readonly real: Made;
    readonly made: Made;
    readonly frechet: number;
    readonly kernel: number;
  }[];
  readonly pixels: { readonly mse: number; readonly psnr: number };
  readonly lpips: readonly [number, number];
  readonly dino: { readonly features: readonly number[]; readonly likeness: number };
  readonly features: readonly number[];
  readonly clip: {
    readonly caption: string;
    readonly text: readonly number[];
    readonly image: readonly number[];
    readonly textSimilarity: number;
    readonly pictureSimilarity: number;
  };
  readonly aesthetic: readonly [number, number];
}

const folder = join(import.meta.dirname, "../golden");
export const encodersFolder = join(folder, "encoders");
export const golden = JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")) as Golden;

/** The same as in make_metrics.py. */
export function featuresOf([rows, width, phase]: Made): Float32Array[] {
  return Array.from({ length: rows }, (_, i) =>
    Float32Array.from(
      { length: width },
      (_, j) =>
        Math.sin(1.3 * i + 0.7 * j * j + phase) + 0.2 * Math.cos(i * j + phase) + 0.1 * phase,
    ),
  );
}

/** The same as in make_metrics.py. */
export function pictureOf(size: number, phase: number): Picture {
  const data = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        const value = 37 * x + 91 * y + 53 * c + 29 * phase + Math.floor((x * y) / 3);
        data[3 * (y * size + x) + c] = value % 256;
      }
    }
  }
  return { size, data, blank: false };
}

export function isNear(found: number, wanted: number, within: number): boolean {
  return Math.abs(found - wanted) <= within * Math.max(1, Math.abs(wanted));
}
