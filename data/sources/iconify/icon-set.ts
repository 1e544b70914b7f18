/**
 * The form of Iconify's icon sets (`IconifyJSON`: https://iconify.design/docs/types/iconify-json.html),
 * and an icon of it as an SVG, with the aliases' transformations carried out.
 */
import { z } from "zod";

const size = z.number().positive().max(100_000);
const offset = z.number().min(-100_000).max(100_000);

const shape = {
  left: offset.optional(),
  top: offset.optional(),
  width: size.optional(),
  height: size.optional(),
  rotate: z.number().int().optional(),
  hFlip: z.boolean().optional(),
  vFlip: z.boolean().optional(),
  hidden: z.boolean().optional(),
};

export const iconSet = z.object({
  prefix: z.string(),
  left: offset.default(0),
  top: offset.default(0),
  width: size.default(16),
  height: size.default(16),
  icons: z.record(z.string(), z.object({ body: z.string(), ...shape })),
  aliases: z.record(z.string(), z.object({ parent: z.string(), ...shape })).default({}),
});

export type IconSet = z.output<typeof iconSet>;

export interface ResolvedIcon {
  readonly svg: string;
  /** Left out of the set's own lists: an icon of earlier days. */
  readonly hidden: boolean;
  /** The icon that the body is from; the name itself unless it is an alias. */
  readonly root: string;
  /** Whether an alias turns or flips the icon, so that it is another drawing. */
  readonly changed: boolean;
}

/** An alias of an alias of …; more of them is a loop, or one may as well be. */
const longestChain = 16;

/** @returns the reason where the name leads nowhere. */
export function resolveIcon(
  set: IconSet,
  name: string,
): ResolvedIcon | { readonly reason: string } {
  let turns = 0;
  let [hFlip, vFlip, changed] = [false, false, false];
  const box: { [Key in "left" | "top" | "width" | "height"]?: number | undefined } = {};
  let hidden: boolean | undefined;
  let at = name;
  for (let links = 0; links <= longestChain; links++) {
    const icon = own(set.icons, at);
    const link = icon ?? own(set.aliases, at);
    if (link === undefined) return { reason: `the alias leads to "${at}", which is not there` };
    turns += link.rotate ?? 0;
    hFlip = hFlip !== (link.hFlip ?? false);
    vFlip = vFlip !== (link.vFlip ?? false);
    hidden ??= link.hidden;
    for (const key of ["left", "top", "width", "height"] as const) box[key] ??= link[key];
    if (icon === undefined) {
      changed = turns % 4 !== 0 || hFlip || vFlip;
      at = own(set.aliases, at)?.parent ?? at;
      continue;
    }
    const { left = set.left, top = set.top, width = set.width, height = set.height } = box;
    const svg = writeSvg(icon.body, { left, top, width, height, turns, hFlip, vFlip });
    return { svg, hidden: hidden ?? false, root: at, changed };
  }
  return { reason: "the alias leads in a circle" };
}

interface Placed {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Quarter turns clockwise, after the flips. */
  readonly turns: number;
  readonly hFlip: boolean;
  readonly vFlip: boolean;
}

function writeSvg(body: string, { left, top, width, height, turns, hFlip, vFlip }: Placed): string {
  const quarter = ((turns % 4) + 4) % 4;
  const upright = quarter % 2 === 0;
  const [w, h] = upright ? [width, height] : [height, width];
  const steps = [
    [
      "",
      `matrix(0 1 -1 0 ${height} 0)`,
      `matrix(-1 0 0 -1 ${width} ${height})`,
      `matrix(0 -1 1 0 0 ${width})`,
    ][quarter],
    hFlip ? `matrix(-1 0 0 1 ${width} 0)` : "",
    vFlip ? `matrix(1 0 0 -1 0 ${height})` : "",
    left !== 0 || top !== 0 ? `translate(${-left} ${-top})` : "",
  ].filter((step) => step);
  const inner = steps.length === 0 ? body : `<g transform="${steps.join(" ")}">${body}</g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}">${inner}</svg>`;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
