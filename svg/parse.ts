/** From the text or bytes of an SVG document to its canonical drawing. */

import { checkOptions } from "./canonical/options.ts";
import type { Drawing } from "./drawing.ts";
import { chosenReasons, DropCounter, type DropReason, type DropReport } from "./drops.ts";
import { SvgError } from "./errors.ts";
import { maxRules, maxRuleTests, maxStyleText } from "./limits.ts";
import { type CanonicalOptions, defaultCanonicalOptions } from "./options.ts";
import { DrawingReader } from "./read/reader.ts";
import type { RuleMatcher } from "./style/cascade.ts";
import { readStyleSheets } from "./style/style-sheet.ts";
import type { TextOutliner } from "./text.ts";
import type { XmlDocument } from "./xml/element.ts";
import { readSource } from "./xml/encoding.ts";
import { scanXml } from "./xml/scan.ts";
import type { Source } from "./xml/source.ts";

/**
 * A drawing, and what of its source the canonical form could not hold.
 * @example
 * const { drawing, dropped }: ParsedDrawing = parseDrawing(svg);
 * for (const [reason, count] of Object.entries(dropped)) console.log(reason, count);
 */
export interface ParsedDrawing {
  readonly drawing: Drawing;
  /** What the canonical form could not hold. */
  readonly dropped: DropReport;
}

export interface ParseOptions extends Partial<CanonicalOptions> {
  /** Names the source in errors. */
  readonly file?: string;
  /** Turns text into outlines (`textOutliner` of `pathloom/svg/render`); text is left out without. */
  readonly text?: TextOutliner;
}

/**
 * Reads SVG as found in the wild.
 *
 * Bytes are decoded by their byte order mark, else by the XML declaration, else as UTF-8. A view box
 * is scaled so that its longer side is the grid. Time and memory are bounded whatever the source is.
 *
 * @throws SvgError where the source is no SVG document, exceeds a bound, or, under `strict`, holds
 *   what the canonical form cannot
 * @example
 * const source = '<svg viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/></svg>';
 * const { drawing, dropped } = parseDrawing(source, { grid: 96, file: "circle.svg" });
 */
export function parseDrawing(
  source: string | Uint8Array,
  options: ParseOptions = {},
): ParsedDrawing {
  const { file = null, text: outliner = null, ...chosen } = options;
  const canonical = checkOptions({ ...defaultCanonicalOptions, ...chosen });
  const drops = new DropCounter();
  const text = readSource(source, file);
  const document = scanXml(text, drops);
  if (document.root.name !== "svg") {
    throw text.error("root", "the outermost element must be <svg>", document.root.offset);
  }
  countActive(document.active, drops);
  const rules = readRules(document, text, drops);
  const drawing = new DrawingReader(document, text, rules, canonical, drops, outliner).drawing();
  if (canonical.strict) refuseDrops(drops.report, file);
  return { drawing, dropped: drops.report };
}

function readRules(document: XmlDocument, source: Source, drops: DropCounter): RuleMatcher | null {
  const sheets = document.active.filter(({ name }) => name === "style");
  if (sheets.length === 0) return null;
  const { offset } = sheets[0]!;
  const budget = (most: number, message: string) => {
    let left = most;
    return (count: number) => {
      left -= count;
      if (left < 0) throw source.error("limit", message, offset);
    };
  };
  const length = sheets.reduce((sum, { text }) => sum + text.length, 0);
  budget(maxStyleText, `style sheets are longer than ${maxStyleText} characters`)(length);
  return readStyleSheets(sheets, drops, {
    rules: budget(maxRules, `there are more than ${maxRules} style rules`),
    tests: budget(
      maxRuleTests,
      `style rules are tried on elements more than ${maxRuleTests} times`,
    ),
  });
}

function countActive(active: readonly { readonly name: string }[], drops: DropCounter): void {
  for (const { name } of active) {
    if (name === "script") drops.add("script");
    else if (name !== "style") drops.add("animation");
  }
}

function refuseDrops(report: DropReport, file: string | null): void {
  const reasons = Object.entries(report).filter(
    ([reason]) => !chosenReasons.has(reason as DropReason),
  );
  if (reasons.length === 0) return;
  const list = reasons.map(([reason, count]) => `${reason} (${count})`).join(", ");
  throw new SvgError("strict", `the canonical form cannot hold all of it: ${list}`, { file });
}
