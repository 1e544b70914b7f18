/** Finds the elements that others refer to by `#id`. */
import type { DropCounter } from "../drops.ts";
import type { XmlElement } from "../xml/scan.ts";
import { attributeOf } from "./attributes.ts";

export class References {
  readonly #root: XmlElement;
  readonly #drops: DropCounter;
  /** Made when it is first needed, as most icons refer to nothing. */
  #ids: Map<string, XmlElement> | null = null;

  constructor(root: XmlElement, drops: DropCounter) {
    this.#root = root;
    this.#drops = drops;
  }

  /** The element, or undefined, counted, where it is missing or in another document. */
  find(href: string): XmlElement | undefined {
    const trimmed = href.trim();
    if (!trimmed.startsWith("#")) {
      this.#drops.add(trimmed === "" ? "missing-reference" : "external-reference");
      return undefined;
    }
    const element = this.#index().get(trimmed.slice(1)) ?? this.#index().get(decoded(trimmed));
    if (element === undefined) this.#drops.add("missing-reference");
    return element;
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

function decoded(href: string): string {
  try {
    return decodeURIComponent(href.slice(1));
  } catch (error) {
    // Not percent-encoded after all: the id is what it says.
    if (error instanceof URIError) return href.slice(1);
    throw error;
  }
}
