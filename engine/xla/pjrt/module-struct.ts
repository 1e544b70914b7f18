/** A program as plug-ins take it. */
import type { PjrtLibrary } from "./library.ts";
import { bytesOfText, type Struct } from "./memory.ts";

/** @param module StableHLO as text. */
export function moduleStruct(library: PjrtLibrary, module: string): Struct<"Program"> {
  const code = bytesOfText(module);
  const format = bytesOfText("mlir");
  return library.struct("Program", {
    code,
    code_size: code.length,
    format,
    format_size: format.length,
  });
}
