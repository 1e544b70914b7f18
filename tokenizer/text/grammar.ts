/**
 * The grammar of what `printDrawing` writes for canonical drawings. Beside these it holds drawings
 * that say more than they need to: elements that are not painted, or attributes that change nothing.
 */
import {
  border,
  choice,
  type Expression,
  integer,
  literal,
  optional,
  repeat,
  sequence,
  shown,
} from "../grammar/bytes/index.ts";
import { GradientGrammar } from "./gradient-grammar.ts";
import { GrammarAtoms } from "./grammar-atoms.ts";
import { LookGrammar } from "./look-grammar.ts";
import type { TextOptions } from "./options.ts";
import { PathGrammar } from "./path-grammar.ts";

const endless = Number.POSITIVE_INFINITY;

/** Of an SVG document, without what a tokenizer writes around it. */
export function svgGrammar(options: TextOptions): Expression {
  return new GrammarWriter(new GrammarAtoms(options)).document();
}

interface Attribute {
  readonly name: string;
  readonly value: Expression;
}

class GrammarWriter {
  readonly #atoms: GrammarAtoms;
  readonly #looks: LookGrammar;
  readonly #gradients: GradientGrammar;
  readonly #path: PathGrammar;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
    this.#looks = new LookGrammar(atoms);
    this.#gradients = new GradientGrammar(atoms);
    this.#path = new PathGrammar(atoms);
  }

  document(): Expression {
    const { grid, gradients } = this.#atoms.options;
    const full = literal(String(grid));
    const side = choice(full, integer(1, grid - 1));
    const size = choice(
      sequence(full, literal(" "), side),
      sequence(integer(1, grid - 1), literal(" "), full),
    );
    const start = sequence(
      literal('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '),
      size,
      literal('"'),
    );
    const plain = sequence(this.#looks.rootLook(false), literal(">"));
    const defined = sequence(
      this.#looks.rootLook(true),
      literal(">"),
      this.#gradients.definitions(),
    );
    const root = gradients === "keep" ? choice(plain, defined) : plain;
    return sequence(start, root, this.#body(), literal("</svg>"));
  }

  #body(): Expression {
    const element = choice(this.#element(), sequence(this.#sure(), shown()));
    if (this.#atoms.options.groups === "flatten") {
      return repeat(1, endless, element, border());
    }
    const enter = sequence(
      literal("<g", "enter"),
      this.#looks.opacity(),
      this.#looks.look(),
      literal(">"),
    );
    const leave = literal("</g>", "leave");
    return repeat(
      1,
      endless,
      repeat(0, endless, enter),
      element,
      border(),
      repeat(0, endless, leave),
    );
  }

  /** An element that shows whatever the canvas and the root are. */
  #sure(): Expression {
    const size = Math.ceil(this.#atoms.options.grid / 4);
    const look = 'fill="#000" fill-opacity="1"';
    if (this.#atoms.options.shapes === "keep") return literal(`<circle ${look} r="${size}"/>`);
    return literal(`<path ${look} d="M0 0H${size}V${size}H0"/>`);
  }

  #element(): Expression {
    const path = this.#tag("path", [{ name: "d", value: this.#path.data() }]);
    if (this.#atoms.options.shapes === "paths") return path;
    const place = this.#atoms.coordinate.first;
    const { size } = this.#atoms;
    const { first, next } = this.#atoms.coordinate;
    const places = (...names: string[]) => names.map((name) => ({ name, value: place }));
    const sizes = (...names: string[]) => names.map((name) => ({ name, value: size }));
    const points = { name: "points", value: sequence(first, next, repeat(0, endless, next, next)) };
    return choice(
      path,
      this.#tag("circle", [...places("cx", "cy"), ...sizes("r")]),
      this.#tag("ellipse", [...places("cx", "cy"), ...sizes("rx", "ry")]),
      this.#tag("rect", [...places("x", "y"), ...sizes("width", "height", "rx", "ry")]),
      ...(this.#atoms.options.strokes === "keep"
        ? [this.#tag("line", places("x1", "y1", "x2", "y2"))]
        : []),
      this.#tag("polyline", [points]),
      this.#tag("polygon", [points]),
    );
  }

  /** An element; what it says nothing of is 0. */
  #tag(name: string, geometry: readonly Attribute[]): Expression {
    return sequence(
      literal(`<${name}`),
      this.#looks.opacity(),
      this.#looks.look(),
      ...geometry.map((attribute) =>
        optional(this.#atoms.attribute(attribute.name, attribute.value)),
      ),
      literal("/>"),
    );
  }
}
