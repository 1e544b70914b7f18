/**
 * Builds a drawing anew from the few elements and attributes that drawings have. Nothing of a text
 * reaches the page but names of these lists and values that can neither run nor reach out.
 */

const namespace = "http://www.w3.org/2000/svg";

const shapes = ["g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"];
const paints = ["linearGradient", "radialGradient", "stop"];
const elements = new Set(["svg", ...shapes, ...paints]);

const attributes = new Set(
  [
    "viewBox d points x y x1 y1 x2 y2 cx cy r rx ry width height fx fy id offset",
    "fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin",
    "stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity",
    "gradientUnits gradientTransform spreadMethod stop-color stop-opacity",
  ]
    .join(" ")
    .split(" "),
);

/** Numbers, names, colours, a matrix; a reference to a gradient of the drawing itself. */
const plain = /^[\w\s.,#%+-]*$/;
const matrix = /^matrix\([\d\s.,e+-]*\)$/;
const reference = /^url\(#([\w-]+)\)$/;

const longest = 4_000_000;
const mostElements = 50_000;
const deepest = 64;

/**
 * @param key is put before ids, which are those of the whole page otherwise.
 * @returns null for what is no drawing.
 */
export function sanitise(text: string, key: string): SVGSVGElement | null {
  // A document type could define entities that grow without end.
  if (text.length > longest || /<!(?:doctype|entity)/i.test(text)) return null;
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const root = parsed.documentElement;
  if (parsed.querySelector("parsererror") !== null || !isDrawn(root) || root.localName !== "svg") {
    return null;
  }
  let left = mostElements;
  const copy = (from: Element, depth: number): Element | null => {
    if (depth > deepest || --left < 0 || !isDrawn(from)) return null;
    if (depth > 0 && from.localName === "svg") return null;
    const made = document.createElementNS(namespace, from.localName);
    for (const { name, value } of from.attributes) {
      const safe = attributes.has(name) ? safeValue(name, value, key) : null;
      if (safe !== null) made.setAttribute(name, safe);
    }
    for (const child of from.children) {
      const inner = copy(child, depth + 1);
      if (inner !== null) made.append(inner);
    }
    return made;
  };
  return copy(root, 0) as SVGSVGElement | null;
}

function isDrawn({ namespaceURI, localName }: Element): boolean {
  return namespaceURI === namespace && elements.has(localName);
}

function safeValue(name: string, value: string, key: string): string | null {
  if (name === "id") return /^[\w-]+$/.test(value) ? `${key}-${value}` : null;
  if (name === "gradientTransform") return matrix.test(value) ? value : null;
  const [, id] = reference.exec(value) ?? [];
  if (id !== undefined) return name === "fill" || name === "stroke" ? `url(#${key}-${id})` : null;
  return plain.test(value) ? value : null;
}

/** The drawing's own elements, in the order in which tokens count them. */
export function drawnElements(svg: Element): Element[] {
  return [...svg.children].filter(({ localName }) => shapes.includes(localName));
}
