/**
 * The names that occur most, so that reading one makes no new string and comparing two is comparing
 * two addresses.
 */
const common =
  "svg g path circle ellipse rect line polyline polygon defs use symbol style title desc metadata " +
  "linearGradient radialGradient stop clipPath mask id class style transform d x y x1 y1 x2 y2 cx " +
  "cy r rx ry width height points viewBox xmlns fill fill-rule fill-opacity stroke stroke-width " +
  "stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-dasharray " +
  "stroke-dashoffset opacity href xlink:href clip-path gradientUnits gradientTransform offset " +
  "stop-color stop-opacity";

const slots: (readonly string[])[] = Array.from({ length: 256 }, () => []);

function slotOf(first: number, last: number, length: number): number {
  return (first * 5 + last * 11 + length * 23) & 255;
}

for (const name of new Set(common.split(" "))) {
  const slot = slotOf(name.charCodeAt(0), name.charCodeAt(name.length - 1), name.length);
  slots[slot] = [...slots[slot]!, name];
}

/** The common name at `text.slice(from, to)`, if one stands there. */
export function knownName(text: string, from: number, to: number): string | undefined {
  const slot = slots[slotOf(text.charCodeAt(from), text.charCodeAt(to - 1), to - from)]!;
  for (let i = 0; i < slot.length; i++) {
    const name = slot[i]!;
    if (name.length === to - from && text.startsWith(name, from)) return name;
  }
  return undefined;
}
