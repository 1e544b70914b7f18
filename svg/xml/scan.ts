/**
 * Reads XML into a tree of elements in one pass over the text, without recursion.
 *
 * Only what a drawing needs is kept: names, attributes and the text of style sheets. Names in the
 * SVG namespace lose their prefix; an element of another namespace is kept with the name `""`, so
 * that its subtree can be passed over.
 */
import type { DropCounter } from "../drops.ts";
import { maxAttributes, maxElements, maxNesting } from "../limits.ts";
import { readDoctype } from "./doctype.ts";
import { addCharacters, holdsText, markOf, type XmlDocument, type XmlElement } from "./element.ts";
import type { Entities } from "./entities.ts";
import { knownName } from "./names.ts";
import {
  declareNamespaces,
  localName,
  outermostScope,
  type Scope,
  svgNamespace,
  unifyReferences,
} from "./namespaces.ts";
import { decodeReferences } from "./references.ts";
import type { Source } from "./source.ts";

const activeNames = new Set(
  "style script animate animateColor animateMotion animateTransform set".split(" "),
);

/** @throws SvgError `xml` where the text is not well-formed, `limit` where it is too deep or long. */
export function scanXml(source: Source, drops: DropCounter): XmlDocument {
  return new XmlScanner(source, drops).document();
}

/** Bits: 1 for what may stand in a name, 2 for what may begin one. */
const classes = new Uint8Array(128);
for (const c of "-.0123456789") classes[c.charCodeAt(0)] = 1;
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:") {
  classes[c.charCodeAt(0)] = 3;
}

const isSpace = (c: number) => c === 32 || c === 10 || c === 9 || c === 13;

class XmlScanner {
  readonly #source: Source;
  readonly #text: string;
  readonly #drops: DropCounter;
  #position = 0;
  #root: XmlElement | null = null;
  #open: XmlElement | null = null;
  #openTag = "";
  #depth = 0;
  #elements = 0;
  #entities: Entities | null = null;
  /** Tag names as written and scopes of the elements that are open, outermost first. */
  readonly #tags: string[] = [];
  readonly #scopes: Scope[] = [outermostScope];
  readonly #active: XmlElement[] = [];

  constructor(source: Source, drops: DropCounter) {
    this.#source = source;
    this.#text = source.text;
    this.#drops = drops;
  }

  document(): XmlDocument {
    const text = this.#text;
    const end = text.length;
    if (text.charCodeAt(0) === 0xfeff) this.#position = 1;
    while (this.#position < end) {
      if (text.charCodeAt(this.#position) !== 60) this.#characterData();
      else this.#markup();
    }
    if (this.#open !== null) this.#fail(`<${this.#openTag}> is never closed`, end);
    if (this.#root === null) this.#fail("there is no element", end);
    return { root: this.#root, active: this.#active };
  }

  #fail(message: string, offset: number): never {
    throw this.#source.error("xml", message, offset);
  }

  #characterData(): void {
    const text = this.#text;
    const from = this.#position;
    let i = from;
    let blank = true;
    let references = false;
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 60) break;
      if (c > 32) {
        blank = false;
        if (c === 38) references = true;
      } else if (!isSpace(c)) this.#refuseCharacter(c, i);
    }
    this.#position = i;
    const open = this.#open;
    const shown = open !== null && holdsText(open);
    if (blank && !shown) return;
    if (open === null) this.#fail("text stands outside of the outermost element", from);
    if (references || shown || open.name === "style") {
      const data = text.slice(from, i);
      const decoded = references ? this.#decode(data, from) : data;
      if (shown) addCharacters(open, decoded);
      else if (open.name === "style") open.text += decoded;
    }
  }

  #refuseCharacter(c: number, offset: number): never {
    const code = c.toString(16).toUpperCase().padStart(4, "0");
    this.#fail(`the control character U+${code} may not stand in XML`, offset);
  }

  #decode(value: string, offset: number): string {
    return decodeReferences(value, {
      entities: this.#entities,
      drops: this.#drops,
      fail: (code, message, at) => {
        throw this.#source.error(code, message, offset + at);
      },
    });
  }

  #markup(): void {
    const text = this.#text;
    const from = this.#position;
    const c = text.charCodeAt(from + 1);
    if (c === 47) this.#endTag();
    else if (c === 33) {
      if (text.startsWith("<!--", from)) this.#skipPast("-->", from + 4, "a comment");
      else if (text.startsWith("<![CDATA[", from)) this.#cdata();
      else if (text.startsWith("<!DOCTYPE", from)) this.#doctype();
      else this.#fail("after <! must follow a comment, CDATA or DOCTYPE", from);
    } else if (c === 63) {
      if (text.startsWith("<?xml-stylesheet", from)) this.#drops.add("external-reference");
      this.#skipPast("?>", from + 2, "a processing instruction");
    } else this.#startTag();
  }

  #skipPast(close: string, from: number, what: string): void {
    const at = this.#text.indexOf(close, from);
    if (at < 0) this.#fail(`${what} is never closed by ${close}`, this.#position);
    this.#position = at + close.length;
  }

  #cdata(): void {
    const from = this.#position;
    if (this.#open === null) this.#fail("CDATA stands outside of the outermost element", from);
    this.#skipPast("]]>", from + 9, "CDATA");
    const data = this.#text.slice(from + 9, this.#position - 3);
    if (holdsText(this.#open)) addCharacters(this.#open, data);
    else if (this.#open.name === "style") this.#open.text += data;
  }

  /** Reads the entities that the declaration holds. */
  #doctype(): void {
    const text = this.#text;
    const from = this.#position;
    if (this.#root !== null) this.#fail("DOCTYPE must stand before the outermost element", from);
    const doctype = readDoctype(text, from);
    if (doctype === null) this.#fail("DOCTYPE is never closed", from);
    this.#entities = doctype.entities ?? this.#entities;
    this.#position = doctype.end;
  }

  #endTag(): void {
    const text = this.#text;
    const from = this.#position;
    const tag = this.#openTag;
    let i = from + 2;
    const open = this.#open;
    if (open !== null && text.startsWith(tag, i)) {
      i += tag.length;
      while (isSpace(text.charCodeAt(i))) i++;
      if (text.charCodeAt(i) === 62) {
        this.#position = i + 1;
        this.#close(open);
        return;
      }
    }
    if (open === null) this.#fail("an end tag stands where no element is open", from);
    this.#fail(`</${tag}> must stand here`, from);
  }

  #close(open: XmlElement): void {
    this.#tags.pop();
    this.#scopes.pop();
    this.#openTag = this.#tags.at(-1) ?? "";
    this.#open = open.parent;
    this.#depth--;
  }

  #name(from: number): string {
    const text = this.#text;
    const first = text.charCodeAt(from);
    if (!(first >= 128 || (classes[first]! & 2) !== 0)) this.#fail("a name must stand here", from);
    let i = from + 1;
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c < 128 && (classes[c]! & 1) === 0) break;
    }
    this.#position = i;
    return knownName(text, from, i) ?? text.slice(from, i);
  }

  #startTag(): void {
    const text = this.#text;
    const from = this.#position;
    if (this.#root !== null && this.#open === null) {
      this.#fail("there is an element after the outermost one", from);
    }
    const tag = this.#name(from + 1);
    const attributes: string[] = [];
    let namespaces = false;
    let marks = 0;
    for (;;) {
      const spaced = this.#skipSpace();
      const at = this.#position;
      const c = text.charCodeAt(at);
      if (c === 62) {
        this.#position = at + 1;
        this.#add(tag, attributes, marks, from, namespaces, false);
        return;
      }
      if (c === 47) {
        if (text.charCodeAt(at + 1) !== 62) this.#fail("/ must be followed by >", at);
        this.#position = at + 2;
        this.#add(tag, attributes, marks, from, namespaces, true);
        return;
      }
      if (at >= text.length) this.#fail(`the tag <${tag}> is never closed by >`, from);
      if (!spaced) this.#fail("white space must stand before an attribute", at);
      const name = this.#name(at);
      for (let i = 0; i < attributes.length; i += 2) {
        if (attributes[i] === name) this.#fail(`attribute ${name} stands twice`, at);
      }
      if (attributes.length >= 2 * maxAttributes) {
        throw this.#source.error("limit", `more than ${maxAttributes} attributes`, at);
      }
      const value = this.#attributeValue(name);
      if (name.startsWith("xmlns")) namespaces ||= !this.#isDeclared(name, value);
      marks |= markOf(name);
      attributes.push(name, value);
    }
  }

  /** Whether an icon's `xmlns`, which says what holds already, needs no scope of its own. */
  #isDeclared(name: string, value: string): boolean {
    return name === "xmlns" && value === svgNamespace && this.#scopes[this.#depth]!.svg;
  }

  #skipSpace(): boolean {
    const text = this.#text;
    const from = this.#position;
    let i = from;
    while (isSpace(text.charCodeAt(i))) i++;
    this.#position = i;
    return i > from;
  }

  #attributeValue(name: string): string {
    const text = this.#text;
    this.#skipSpace();
    if (text.charCodeAt(this.#position) !== 61) {
      this.#fail(`attribute ${name} has no value`, this.#position);
    }
    this.#position++;
    this.#skipSpace();
    const quote = text.charCodeAt(this.#position);
    if (quote !== 34 && quote !== 39) {
      this.#fail(`the value of ${name} must stand in quotes`, this.#position);
    }
    const from = this.#position + 1;
    let references = false;
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === quote) {
        this.#position = i + 1;
        const value = text.slice(from, i);
        return references ? this.#decode(value, from) : value;
      }
      if (c <= 60) {
        if (c === 38) references = true;
        else if (c === 60) this.#fail(`< may not stand in the value of ${name}`, i);
        else if (c < 32 && !isSpace(c)) this.#refuseCharacter(c, i);
      }
    }
    this.#fail(`the value of ${name} is never closed`, from - 1);
  }

  #add(
    tag: string,
    attributes: string[],
    marks: number,
    offset: number,
    namespaces: boolean,
    empty: boolean,
  ): void {
    if (++this.#elements > maxElements) {
      throw this.#source.error("limit", `more than ${maxElements} elements`, offset);
    }
    const outer = this.#scopes[this.#depth]!;
    const scope = namespaces ? declareNamespaces(outer, attributes) : outer;
    const name = localName(tag, scope);
    if (scope !== outermostScope) unifyReferences(attributes, scope);
    const parent = this.#open;
    const index = parent === null ? 0 : parent.children.length;
    const [children, text, characters] = [[], "", null];
    const element = { name, marks, attributes, children, parent, index, offset, text, characters };
    if (parent === null) this.#root = element;
    else parent.children.push(element);
    if (activeNames.has(name)) this.#active.push(element);
    if (empty) return;
    if (++this.#depth > maxNesting) {
      throw this.#source.error("limit", `elements nest deeper than ${maxNesting}`, offset);
    }
    this.#open = element;
    this.#openTag = tag;
    this.#tags.push(tag);
    this.#scopes.push(scope);
  }
}
