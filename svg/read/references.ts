/** Finds the elements that others refer to by `#id`. */
import type { DropCounter } from "../drops.ts";
import type { XmlElement } from "../xml/element.ts";
import { attributeOf } from "./attributes.ts";

export class References {
  readonly #root: XmlElement;
  readonly #drops: DropCounter;
  /** What was looked for before, as one paint may be inherited by many. */
  readonly #found = new Map<string, XmlElement | undefined>();
  /** Made when it is first needed, as most icons refer to nothing. */
  #ids: Map<string, XmlElement> | null = null;

  constructor(root: XmlElement, drops: DropCounter) {
    this.#root = root;
    this.#drops = drops;
  }

  /** The element, or undefined, counted, where it is missing or in another document. */
  find(href: string): XmlElement | undefined {
    let element = this.#found.get(href);
    if (element === undefined && !this.#found.has(href)) {
      element = this.#look(href.trim());
      this.#found.set(href, element);
    }
    if (element === undefined)
      this.#drops.add(isExternal(href) ? "external-reference" : "missing-reference");
    return element;
  }

  #look(href: string): XmlElement | undefined {
    if (!href.startsWith("#")) return undefined;
    return this.#index().get(href.slice(1)) ?? this.#index().get(decoded(href));
  }

  #index(): Map<string, XmlElement> {
    if (this.#ids !== null) return this.#ids;
    const ids = new Map<string, XmlElement>();
    const rest = [this.#root];
    for (let element = rest.pop(); element !== undefined; element = rest.pop()) {
      const id = attributeOf(element, "id");
      if (id !== undefined && !ids.has(id)) ids.set(id, element);
      for (let i = element.children.length - 1; i >= 0; i--) rest.push(element.children[i]!);
    }
    this.#ids = ids;
    return ids;
  }
}

function isExternal(href: string): boolean {
  return /^\s*[^\s#]/.test(href);
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href.slice(1));
  } catch (error) {
    // Not percent-encoded after all: the id is what it says.
    if (error instanceof URIError) return href.slice(1);
    throw error;
  }
}
