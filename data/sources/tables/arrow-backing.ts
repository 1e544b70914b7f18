/**
 * What stands behind the rows that an Arrow batch claims. Its header may say any number, and a column
 * of nulls has no bytes at all, so that a file of some hundred bytes could claim rows without end.
 */
import type { Data, Type } from "apache-arrow";

/** Bytes for every row, for fewer than are claimed, or none because the type has none. */
export type Backing = "bytes" | "fewer" | "nothing";

/** @param types of `apache-arrow`, which is loaded when it is wanted. */
export function backingOf(types: typeof Type, data: Data, rows: number): Backing {
  if (data.length < rows) return "fewer";
  if (rows === 0) return "nothing";
  const { type, children, typeIds, valueOffsets, values } = data as Data & Buffers;
  const enough = (held: number, needed: number): Backing => (held >= needed ? "bytes" : "fewer");
  const among = (each: number) =>
    worst(children.map((child) => backingOf(types, child, Math.max(each, child.length))));
  switch (type.typeId) {
    case types.Null:
      return "nothing";
    case types.Struct:
      return among(rows);
    case types.FixedSizeList: {
      const { listSize } = type as unknown as { readonly listSize: number };
      return listSize > 0 ? among(rows * listSize) : "nothing";
    }
    case types.FixedSizeBinary: {
      const { byteWidth } = type as unknown as { readonly byteWidth: number };
      return byteWidth > 0 ? enough(values?.length ?? 0, rows * byteWidth) : "nothing";
    }
    case types.Bool:
      return enough(8 * (values?.length ?? 0), rows);
    case types.Union:
      return among(0) === "fewer" ? "fewer" : enough(typeIds?.length ?? 0, rows);
    case types.List:
    case types.LargeList:
    case types.Map:
      return among(0) === "fewer" ? "fewer" : enough(valueOffsets?.length ?? 0, rows + 1);
    case types.Utf8:
    case types.LargeUtf8:
    case types.Binary:
    case types.LargeBinary:
      return enough(valueOffsets?.length ?? 0, rows + 1);
    default:
      return enough(values?.length ?? 0, rows);
  }
}

interface Buffers {
  readonly typeIds?: ArrayLike<unknown>;
  readonly valueOffsets?: ArrayLike<unknown>;
  readonly values?: ArrayLike<unknown>;
}

/** One part that holds bytes for every row is enough, but none may hold fewer. */
export function worst(parts: readonly Backing[]): Backing {
  if (parts.includes("fewer")) return "fewer";
  return parts.includes("bytes") ? "bytes" : "nothing";
}
