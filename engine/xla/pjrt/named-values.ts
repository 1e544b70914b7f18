/** Options by name, as a plug-in takes them when its client is created. */

import type { PjrtLibrary } from "./library.ts";
import { allocateBytes, bytesOfText, int64s, type Struct } from "./memory.ts";

export type NamedValue = string | number | boolean | readonly number[];
export type NamedValues = Readonly<Record<string, NamedValue>>;

/** `PJRT_NamedValue_Type`; numbers are given as integers. */
const kinds = { string: 0, integer: 1, integers: 2, boolean: 4 } as const;

/** The options one behind the other, in memory that lives as long as what is returned. */
export function namedValues(
  library: PjrtLibrary,
  values: NamedValues,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly kept: readonly Struct<"NamedValue">[] } {
  const kept = Object.entries(values).map(([name, value]) => namedValue(library, name, value));
  const stride = library.struct("NamedValue").bytes.length;
  const bytes = allocateBytes(Math.max(1, stride * kept.length));
  for (const [i, struct] of kept.entries()) bytes.set(struct.bytes, i * stride);
  return { bytes, kept };
}

function namedValue(library: PjrtLibrary, key: string, value: NamedValue): Struct<"NamedValue"> {
  const text = bytesOfText(key);
  const name = { name: text, name_size: text.length };
  if (typeof value === "string") {
    const bytes = bytesOfText(value);
    const size = { value: bytes, value_size: bytes.length };
    return library.struct("NamedValue", { ...name, type: kinds.string, ...size });
  }
  if (typeof value === "object") {
    const array = int64s(value);
    const size = { value: array, value_size: value.length };
    return library.struct("NamedValue", { ...name, type: kinds.integers, ...size });
  }
  const type = typeof value === "boolean" ? kinds.boolean : kinds.integer;
  return library.struct("NamedValue", { ...name, type, value: Number(value), value_size: 1 });
}
