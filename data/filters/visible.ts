/** Whether a drawing renders, and something of it shows on white paper. */
import type { Drawing } from "../../svg/index.ts";
import { RenderError, renderPixels } from "../../svg/render/index.ts";
import type { FilterFault } from "./options.ts";

/** Pixels of a side: a hairline of the canvas's width still darkens some. */
const size = 64;

const blank: FilterFault = { filter: "visible", reason: "blank: nothing of it shows on white" };

export function visibleFault(drawing: Drawing): FilterFault | null {
  try {
    const { data } = renderPixels(drawing, { size, background: "#ffffff" });
    return data.every((value) => value === 255) ? blank : null;
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { filter: "visible", reason: "it does not render", detail: error.message };
  }
}
