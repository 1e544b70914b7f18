/** `rope_parameters` by the kind of layer, as Gemma 3 and OLMo 3 have them in version 5 of `transformers`. */
import type { RopeConfig, RopeScaling } from "../decoder/rope-config.ts";
import { type ConfigJson, FamilyError } from "./family.ts";
import { ropeObject, writeScaling } from "./rope-json.ts";

/** What {@link flatRope} gives of the layers with a window. */
export const windowRopeKeys = { sliding_attention: ropeObject.nullish() };

/**
 * The keys with those of the layers that see all tokens where other families have theirs, and those of
 * the layers with a window apart.
 * @throws FamilyError for one object for all layers, which `transformers` does not heed.
 */
export function flatRope(
  family: string,
  json: ConfigJson,
): { readonly flat: ConfigJson; readonly windows: ConfigJson } {
  const { rope_parameters: both, ...rest } = json;
  const { rope_scaling: scaling, ...others } = rest;
  if (isObject(scaling) && "type" in scaling && !("rope_type" in scaling)) {
    throw new FamilyError(
      `config.json of a ${family} model: rope_scaling says type, which transformers does not heed here: needs rope_type`,
    );
  }
  if (!isObject(both)) return { flat: json, windows: {} };
  const kinds = Object.keys(both);
  if (kinds.some((kind) => kind !== "full_attention" && kind !== "sliding_attention")) {
    throw new FamilyError(
      `config.json of a ${family} model: rope_parameters has ${kinds.join(", ").slice(0, 80)}: needs full_attention and sliding_attention, each with its own`,
    );
  }
  const { full_attention: full, sliding_attention: windows } = both;
  // The old key is added to the new one's.
  const joined = isObject(scaling) && isObject(full) ? { ...full, ...scaling } : (full ?? scaling);
  return {
    flat: { ...others, rope_parameters: joined },
    windows: { sliding_attention: windows },
  };
}

/** In place of the old keys. */
export function ropeByKind({ theta, scaling, localTheta, localScaling }: RopeConfig) {
  const object = (of: RopeScaling | null) =>
    of === null ? { rope_type: "default" } : writeScaling(of);
  return {
    rope_theta: undefined,
    rope_scaling: undefined,
    rope_parameters: {
      full_attention: { ...object(scaling), rope_theta: theta },
      sliding_attention: { ...object(localScaling), rope_theta: localTheta ?? theta },
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
