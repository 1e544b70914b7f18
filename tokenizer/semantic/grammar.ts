/**
 * The grammar of what `write.ts` writes for canonical drawings. Beside these it holds drawings that
 * say more than they need to: elements that are not painted, or paths that draw nothing.
 */
import {
  border,
  choice,
  type Expression,
  literal,
  optional,
  repeat,
  sequence,
  shown,
} from "../grammar/bytes/index.ts";
import { GrammarAtoms } from "./grammar-atoms.ts";
import type { SemanticOptions } from "./options.ts";
import { PaintGrammar } from "./paint-grammar.ts";
import { PathGrammar } from "./path-grammar.ts";
import type { SemanticName } from "./tokens.ts";

const endless = Number.POSITIVE_INFINITY;

/**
 * @param symbolOf the symbol of each semantic token.
 * @param spaced whether the base tokenizer writes a space behind added tokens.
 */
export function semanticGrammar(
  options: SemanticOptions,
  symbolOf: (name: SemanticName) => number,
  spaced: boolean,
): Expression {
  return new GrammarWriter(new GrammarAtoms(options, symbolOf, spaced)).drawing();
}

class GrammarWriter {
  readonly #atoms: GrammarAtoms;
  readonly #paths: PathGrammar;
  readonly #paints: PaintGrammar;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
    this.#paths = new PathGrammar(atoms);
    this.#paints = new PaintGrammar(atoms);
  }

  drawing(): Expression {
    const side = this.#atoms.side();
    const oblong = choice(this.#atoms.item("width", side), this.#atoms.item("height", side));
    const end = this.#atoms.token("END_OF_SVG", "end");
    return sequence(this.#atoms.token("START_OF_SVG"), optional(oblong), this.#body(), end);
  }

  #body(): Expression {
    const painted = sequence(this.#shape(), this.#paints.look());
    const element = sequence(choice(painted, sequence(this.#sure(), shown())), border());
    if (this.#atoms.options.groups === "flatten") return repeat(1, endless, element);
    const enter = sequence(this.#atoms.token("start_of_g", "enter"), this.#paints.opacity());
    const leave = this.#atoms.token("end_of_g", "leave");
    return repeat(1, endless, repeat(0, endless, enter), element, repeat(0, endless, leave));
  }

  /** An element that shows whatever the canvas is: black, as nothing else is said. */
  #sure(): Expression {
    const { grid, positions, shapes } = this.#atoms.options;
    const size = Math.ceil(grid / 4);
    const value = (name: SemanticName, number: string) => this.#atoms.item(name, literal(number));
    if (shapes === "keep") {
      return sequence(
        this.#atoms.token("svg_circle"),
        value("cx", "0"),
        value("cy", "0"),
        value("r", String(size)),
      );
    }
    return sequence(
      this.#atoms.token("svg_path"),
      this.#atoms.token("path_d"),
      value("moveto", "0 0"),
      value("horizontal_lineto", String(size)),
      value("vertical_lineto", String(size)),
      value("horizontal_lineto", positions === "absolute" ? "0" : String(-size)),
    );
  }

  #shape(): Expression {
    const path = sequence(
      this.#atoms.token("svg_path"),
      this.#atoms.token("path_d"),
      this.#paths.commands(),
    );
    if (this.#atoms.options.shapes === "paths") return path;
    const place = this.#atoms.coordinate();
    const size = this.#atoms.size();
    const point = this.#atoms.point(place);
    const points = sequence(point, repeat(0, endless, literal(" "), point));
    return choice(
      path,
      sequence(
        this.#atoms.token("svg_circle"),
        this.#atoms.items({ cx: place, cy: place, r: size }),
      ),
      sequence(
        this.#atoms.token("svg_ellipse"),
        this.#atoms.items({ cx: place, cy: place, rx: size, ry: size }),
      ),
      sequence(
        this.#atoms.token("svg_rect"),
        this.#atoms.items({ x: place, y: place, width: size, height: size }),
        optional(this.#atoms.items({ rx: size, ry: size })),
      ),
      sequence(
        this.#atoms.token("svg_line"),
        this.#atoms.items({ x1: place, y1: place, x2: place, y2: place }),
      ),
      sequence(
        choice(this.#atoms.token("svg_polyline"), this.#atoms.token("svg_polygon")),
        this.#atoms.item("points", points),
      ),
    );
  }
}
