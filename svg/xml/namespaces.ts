/** XML namespaces: which names are SVG's, whatever their prefix. */

export const svgNamespace = "http://www.w3.org/2000/svg";
const xlinkNamespace = "http://www.w3.org/1999/xlink";

/** What an element and those within it may refer to. */
export interface Scope {
  /** Whether a name without a prefix is in the SVG namespace. */
  readonly svg: boolean;
  /** The prefixes declared here. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}

export const outermostScope: Scope = {
  svg: true,
  prefixes: new Map([["xlink", xlinkNamespace]]),
  outer: null,
};

/** The scope of an element with these attributes, names and values in turn. */
export function declareNamespaces(outer: Scope, attributes: readonly string[]): Scope {
  let { svg } = outer;
  const prefixes = new Map<string, string>();
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i]!;
    const value = attributes[i + 1]!;
    // An empty namespace is taken for SVG's: editors declare it by an entity, which reads as nothing.
    if (name === "xmlns") svg = value === svgNamespace || value === "";
    else if (name.startsWith("xmlns:")) prefixes.set(name.slice(6), value);
  }
  return { svg, prefixes, outer };
}

/** The name in the SVG namespace, or `""` where a tag is in another. */
export function localName(tag: string, scope: Scope): string {
  const colon = tag.indexOf(":");
  if (colon < 0) return scope.svg ? tag : "";
  return namespaceOf(tag.slice(0, colon), scope) === svgNamespace ? tag.slice(colon + 1) : "";
}

/** Writes `xlink:href` for a reference under another prefix that stands for the same namespace. */
export function unifyReferences(attributes: string[], scope: Scope): void {
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i]!;
    if (!name.endsWith(":href") || name === "xlink:href") continue;
    if (namespaceOf(name.slice(0, -5), scope) === xlinkNamespace) attributes[i] = "xlink:href";
  }
}

function namespaceOf(prefix: string, scope: Scope): string | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const namespace = at.prefixes.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}
