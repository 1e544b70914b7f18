/**
 * The style in the name of an icon of Iconify's. A set says which beginnings and ends of its names
 * tell of a style (`metadata.json`: `prefixes`, `suffixes`, as `{"solid": "Solid", "": "Outline"}`);
 * without that, the information's tags tell whether the whole set is of strokes.
 */

export interface NamedStyle {
  /** The name without the part that tells of the style. */
  readonly plain: string;
  /** Null where nothing is said. */
  readonly style: string | null;
}

type Affixes = Readonly<Record<string, string>>;

/** Titles as captions say them. */
const saidAs: Readonly<Record<string, string>> = {
  fill: "filled",
  line: "outline",
  outlined: "outline",
};

export function styleReader(
  { prefixes, suffixes }: { readonly prefixes: Affixes; readonly suffixes: Affixes },
  info: { readonly tags: readonly string[]; readonly palette: boolean },
): (name: string) => NamedStyle {
  const whole = info.palette ? "color" : info.tags.includes("Uses Stroke") ? "outline" : null;
  const longest = (affixes: Affixes) =>
    Object.entries(affixes).sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  const [starts, ends] = [longest(prefixes), longest(suffixes)];
  return (name) => {
    for (const [end, title] of ends) {
      if (end === "") return { plain: name, style: said(title) };
      const rest = name.slice(0, -end.length - 1);
      if (rest !== "" && name.endsWith(`-${end}`)) return { plain: rest, style: said(title) };
    }
    for (const [start, title] of starts) {
      if (start === "") return { plain: name, style: said(title) };
      const rest = name.slice(start.length + 1);
      if (rest !== "" && name.startsWith(`${start}-`)) return { plain: rest, style: said(title) };
    }
    return { plain: name, style: whole };
  };
}

function said(title: string): string {
  const word = title.toLowerCase();
  return saidAs[word] ?? word;
}
