/** Reads one `.svg` file of a source within bounds. */
import { readFileSync, statSync } from "node:fs";
import { decodeSvg, SvgError } from "../../svg/index.ts";
import type { BadRow } from "./source.ts";

/** A drawing of more text than this is not learnt from. */
export const maximumSvgBytes = 1_000_000;

/** @param place as the user is told of the file. */
export function readSvgFile(file: string, place = file): { readonly svg: string } | BadRow {
  try {
    const { size } = statSync(file);
    if (size > maximumSvgBytes) return { place, reason: `larger than ${maximumSvgBytes} bytes` };
    return { svg: decodeSvg(readFileSync(file)) };
  } catch (error) {
    if (error instanceof SvgError) return { place, reason: error.message };
    return { place, reason: `cannot be read: ${(error as NodeJS.ErrnoException).code}` };
  }
}
