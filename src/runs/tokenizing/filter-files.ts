/** What `data.filters` would leave out of files, before any is tokenized; tokens are judged then. */
import {
  bothHashes,
  colorLookOf,
  type DrawingParser,
  drawingFault,
  type FilterFault,
  type FilterOptions,
  judgeSet,
  judgesSets,
  ownCaptions,
} from "../../../data/index.ts";
import { type CanonicalOptions, type Drawing, SvgError } from "../../../svg/index.ts";
import type { SvgText } from "./svg-text.ts";

interface Kept {
  readonly file: string;
  readonly drawing: Drawing;
  readonly caption: string;
  readonly hashes: Int32Array | null;
}

/** By file. Those that cannot be read are none of it; nothing is scored. */
export function filteredFiles(
  texts: readonly SvgText[],
  canonical: CanonicalOptions,
  filters: FilterOptions,
  parse: DrawingParser,
): ReadonlyMap<string, FilterFault> {
  const faults = new Map<string, FilterFault>();
  const kept: Kept[] = [];
  const { judges, hashes } = judgesSets(filters);
  for (const text of texts) {
    if ("error" in text) continue;
    const { file, captions } = text;
    const parsed = parsedOrNull(text.svg, canonical, parse);
    if (parsed === null) continue;
    const row = captions === undefined ? { captions: [] } : ownCaptions({ captions }, filters);
    const fault = "reason" in row ? row : drawingFault(parsed.drawing, parsed.dropped, filters);
    if (fault !== null) faults.set(file, fault);
    else if (judges && !("reason" in row)) {
      const caption = row.captions[0] ?? "";
      const { drawing } = parsed;
      kept.push({ file, drawing, caption, hashes: hashes ? bothHashes(drawing) : null });
    }
  }
  const judged = judgeSet(
    {
      length: kept.length,
      hashesOf: (index) => kept[index]!.hashes,
      lookOf: (index) => colorLookOf(kept[index]!.drawing),
      captionOf: (index) => kept[index]!.caption,
      idOf: (index) => kept[index]!.file,
    },
    filters,
  );
  for (const [index, fault] of judged.faults.entries()) {
    if (fault !== null) faults.set(kept[index]!.file, fault);
  }
  return faults;
}

function parsedOrNull(svg: string, canonical: CanonicalOptions, parse: DrawingParser) {
  try {
    return parse(svg, canonical);
  } catch (error) {
    if (error instanceof SvgError) return null;
    throw error;
  }
}
