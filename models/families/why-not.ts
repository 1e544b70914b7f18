/**
 * Whether a family can hold a decoder: when the config.json that it writes is read back as the same
 * decoder. No family has to list what it lacks.
 */
import { isDeepStrictEqual } from "node:util";
import type { DecoderConfig } from "../decoder/config.ts";
import { type Family, FamilyError } from "./family.ts";
import { withoutFuture } from "./future-tensors.ts";

/**
 * What of the config the family cannot say; null when it holds all of it. Heads of tokens further on are
 * said beside it.
 */
export function whyNot(family: Family, decoder: DecoderConfig): string | null {
  const config = withoutFuture(decoder);
  try {
    const json = JSON.parse(JSON.stringify(family.writeConfig(config)));
    return difference(config, family.readConfig(json), "");
  } catch (error) {
    if (error instanceof FamilyError) return error.message;
    throw error;
  }
}

function difference(wanted: object, found: object, path: string): string | null {
  const other = found as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(wanted)) {
    const unused = key === "rope" && "positions" in wanted && wanted.positions !== "rotary";
    const against = other[key];
    if (unused || isDeepStrictEqual(value, against)) continue;
    const nested = isPlain(value) && isPlain(against);
    return nested
      ? difference(value, against, `${path}${key}.`)
      : `${path}${key} ${JSON.stringify(value)}`;
  }
  return null;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
