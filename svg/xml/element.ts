/** The tree of elements that a document is read into. */

export interface XmlElement {
  /** Local name in the SVG namespace, or `""` in another. */
  readonly name: string;
  /** Bits of `attributeMarks`, for attributes that few elements have and each is asked for. */
  readonly marks: number;
  /** Names and values in turn. */
  readonly attributes: readonly string[];
  readonly children: XmlElement[];
  readonly parent: XmlElement | null;
  /** Its place among the children of its parent. */
  readonly index: number;
  /** Where its tag begins in the source. */
  readonly offset: number;
  /** Character data; of `style` elements only. */
  text: string;
  /** Character data between the children; of text alone, null elsewhere. */
  characters: TextPiece[] | null;
}

/** Characters, and how many children stand before them. */
export interface TextPiece {
  readonly before: number;
  readonly text: string;
}

export interface XmlDocument {
  readonly root: XmlElement;
  /** Style sheets, scripts and animations, which matter wherever they stand; in document order. */
  readonly active: readonly XmlElement[];
}

export const attributeMarks = { style: 1, fontSize: 2, condition: 4 } as const;

/** The bit of an attribute; few names are as long as these. */
export function markOf(name: string): number {
  switch (name.length) {
    case 5:
      return name === "style" ? attributeMarks.style : 0;
    case 9:
      return name === "font-size" ? attributeMarks.fontSize : 0;
    case 14:
      return name === "systemLanguage" ? attributeMarks.condition : 0;
    case 18:
      return name === "requiredExtensions" ? attributeMarks.condition : 0;
    default:
      return 0;
  }
}

/** Whether what is written in an element is shown. */
export function holdsText({ name, parent }: XmlElement): boolean {
  if (name === "text" || name === "tspan" || name === "textPath") return true;
  return name === "a" && parent !== null && holdsText(parent);
}

export function addCharacters(element: XmlElement, text: string): void {
  element.characters ??= [];
  element.characters.push({ before: element.children.length, text });
}
