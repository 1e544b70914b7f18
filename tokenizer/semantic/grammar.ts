/**
 * The grammar of what `write.ts` writes, for drawings worth rendering: points lie on the grid,
 * numbers are in sensible ranges, and some element has an extent and is painted.
 */
import {
  anyOf,
  choice,
  type Expression,
  fraction,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  share,
  shown,
  symbol,
  words,
} from "../bytes/index.ts";
import type { SemanticOptions } from "./options.ts";
import type { SemanticName } from "./tokens.ts";

const endless = Number.POSITIVE_INFINITY;
/** Opacities below, in percent, are not drawn: several of them would leave nothing to see. */
const leastOpacity = 10;
const mostDashes = 8;
const mostStops = 8;
/** Of an arc, in grids; those of flat arcs go far beyond the canvas. */
const largestRadius = 16;

/**
 * @param symbolOf the symbol of each semantic token.
 * @param spaced whether the base tokenizer writes a space behind added tokens.
 */
export function semanticGrammar(
  options: SemanticOptions,
  symbolOf: (name: SemanticName) => number,
  spaced: boolean,
): Expression {
  return new GrammarWriter(options, symbolOf, spaced).drawing();
}

class GrammarWriter {
  readonly #options: SemanticOptions;
  readonly #symbolOf: (name: SemanticName) => number;
  readonly #spaced: boolean;

  constructor(options: SemanticOptions, symbolOf: (name: SemanticName) => number, spaced: boolean) {
    this.#options = options;
    this.#symbolOf = symbolOf;
    this.#spaced = spaced;
  }

  drawing(): Expression {
    const { grid, groups } = this.#options;
    const shorter = integer(Math.ceil(grid / 8), grid - 1);
    const size = choice(this.#item("width", shorter), this.#item("height", shorter), nothing);
    const end = symbol(this.#symbolOf("END_OF_SVG"), "end");
    const start = this.#token("START_OF_SVG");
    const element = this.#element();
    if (groups === "flatten") return sequence(start, size, repeat(1, endless, element), end);
    const enter = sequence(
      symbol(this.#symbolOf("start_of_g"), "enter"),
      optional(this.#item("opacity", share(leastOpacity, 99))),
    );
    const leave = symbol(this.#symbolOf("end_of_g"), "leave");
    const nested = sequence(repeat(0, endless, enter), element, repeat(0, endless, leave));
    return sequence(start, size, repeat(1, endless, nested), end);
  }

  /** A shape that is filled, or stroked; it shows when its outline does, or its area has an extent. */
  #element(): Expression {
    const opacity = optional(this.#item("opacity", share(leastOpacity, 99)));
    const filled = sequence(this.#fill(), opacity);
    const area = choice(this.#path(this.#outline()), ...this.#shapes(undefined, 3));
    const line = this.#options.shapes === "keep" ? this.#line() : undefined;
    const shape = choice(this.#path(this.#commands()), ...this.#shapes(line, 2));
    const visible = sequence(area, filled, shown);
    if (this.#options.strokes === "drop") return choice(sequence(shape, filled), visible);
    const under = choice(this.#item("fill", literal("none")), this.#fill());
    const stroked = sequence(under, this.#stroke(), opacity, shown);
    return choice(sequence(shape, choice(filled, stroked)), visible);
  }

  /** Besides paths. @param line added where a line shows. @param points fewest of a polygon. */
  #shapes(line: Expression | undefined, points: number): Expression[] {
    if (this.#options.shapes === "paths") return [];
    const place = this.#coordinate();
    const size = this.#size();
    const items = (values: Partial<Record<SemanticName, Expression>>) =>
      Object.entries(values).map(([name, value]) => this.#item(name as SemanticName, value));
    const radii = items({ rx: size, ry: size });
    const list = sequence(
      this.#point(),
      repeat(points - 1, endless, sequence(literal(" "), this.#point())),
    );
    return [
      sequence(this.#token("svg_circle"), ...items({ cx: place, cy: place, r: size })),
      sequence(this.#token("svg_ellipse"), ...items({ cx: place, cy: place }), ...radii),
      sequence(
        this.#token("svg_rect"),
        ...items({ x: place, y: place, width: size, height: size }),
        optional(...radii),
      ),
      sequence(
        choice(this.#token("svg_polyline"), this.#token("svg_polygon")),
        this.#item("points", list),
      ),
      ...(line === undefined ? [] : [line]),
    ];
  }

  #line(): Expression {
    const names: readonly SemanticName[] = ["x1", "y1", "x2", "y2"];
    const ends = names.map((name) => this.#item(name, this.#coordinate()));
    return sequence(this.#token("svg_line"), ...ends);
  }

  #path(rest: Expression): Expression {
    const first = this.#item("moveto", this.#point());
    return sequence(this.#token("svg_path"), this.#token("path_d"), first, rest);
  }

  /** Commands of which the first draws. */
  #commands(): Expression {
    const { step, length } = this.#argument();
    const draw = choice(
      this.#item("lineto", step),
      this.#item("horizontal_lineto", length),
      this.#item("vertical_lineto", length),
      this.#curve(),
    );
    return sequence(draw, this.#moreCommands(draw));
  }

  #moreCommands(draw: Expression): Expression {
    const close = optional(this.#token("close_the_path"));
    const move = optional(this.#item("moveto", this.#argument().step));
    return sequence(close, repeat(0, endless, sequence(move, draw, close)));
  }

  /** Commands that begin by surrounding an area: with a curve, or with sides in two directions. */
  #outline(): Expression {
    const { step, length } = this.#argument();
    const horizontal = this.#item("horizontal_lineto", length);
    const vertical = this.#item("vertical_lineto", length);
    const slanted = this.#item("lineto", step);
    const begun = choice(
      this.#curve(),
      sequence(repeat(1, endless, horizontal), choice(vertical, slanted)),
      sequence(repeat(1, endless, vertical), choice(horizontal, slanted)),
      sequence(slanted, choice(horizontal, vertical, slanted)),
    );
    const draw = choice(horizontal, vertical, slanted, this.#curve());
    return sequence(begun, this.#moreCommands(draw));
  }

  #curve(): Expression {
    const { step } = this.#argument();
    const blank = literal(" ");
    const steps = (count: number) =>
      sequence(step, repeat(count - 1, count - 1, sequence(blank, step)));
    const flag = anyOf("01");
    const radius = this.#size(largestRadius);
    const rotation = integer(0, 179);
    const arc = [radius, radius, rotation, flag, flag, step].flatMap((part, i) =>
      i === 0 ? [part] : [blank, part],
    );
    return choice(
      this.#item("curveto", steps(3)),
      this.#item("smooth_curveto", steps(2)),
      this.#item("quadratic_bezier_curve", steps(2)),
      this.#item("smooth_quadratic_bezier_curveto", step),
      this.#item("elliptical_Arc", sequence(...arc)),
    );
  }

  /** Where a command leads: two numbers, and one. */
  #argument(): { readonly step: Expression; readonly length: Expression } {
    const absolute = this.#options.positions === "absolute";
    const length = absolute ? this.#coordinate() : this.#signed();
    return { length, step: sequence(length, literal(" "), length) };
  }

  #fill(): Expression {
    const rest = sequence(
      optional(literal(" evenodd")),
      optional(literal(" opacity "), share(leastOpacity, 99)),
    );
    return optional(this.#paint("fill", rest));
  }

  #stroke(): Expression {
    const dash = sequence(literal(" "), this.#width());
    const rest = sequence(
      optional(literal(" opacity "), share(leastOpacity, 99)),
      choice(
        sequence(literal(" linejoin "), words("round", "bevel")),
        optional(literal(" miterlimit "), integer(1, 100)),
      ),
      optional(
        literal(" dasharray"),
        repeat(1, mostDashes, dash),
        optional(literal(" dashoffset"), dash),
      ),
    );
    return sequence(
      this.#paint("stroke", rest),
      this.#item("stroke-width", this.#width()),
      optional(this.#item("stroke-linecap", words("round", "square"))),
    );
  }

  #paint(name: "fill" | "stroke", rest: Expression): Expression {
    const plain = this.#item(name, sequence(this.#color(), rest));
    if (this.#options.gradients === "first-stop") return plain;
    const gradient = this.#item(name, sequence(literal("gradient"), rest));
    return choice(plain, sequence(gradient, this.#gradient()));
  }

  #gradient(): Expression {
    const place = this.#coordinate();
    const spread = optional(literal(" spread "), words("reflect", "repeat"));
    const stop = sequence(
      this.#token("svg_stop"),
      this.#item(
        "offset",
        sequence(
          share(0, 100),
          literal(" "),
          this.#color(),
          optional(literal(" opacity "), share(leastOpacity, 99)),
        ),
      ),
    );
    const linear = sequence(
      this.#token("svg_linearGradient"),
      this.#item("x1", place),
      this.#item("y1", place),
      this.#item("x2", place),
      this.#item("y2", sequence(place, spread)),
    );
    const axes = sequence(place, ...[1, 2, 3].flatMap(() => [literal(" "), place]));
    const extent = (more: Expression) =>
      choice(
        this.#item("r", sequence(this.#size(), more)),
        this.#item("gradientTransform", sequence(axes, more)),
      );
    const focus = sequence(this.#item("fx", place), this.#item("fy", sequence(place, spread)));
    const radial = sequence(
      this.#token("svg_radialGradient"),
      this.#item("cx", place),
      this.#item("cy", place),
      choice(extent(spread), sequence(extent(nothing), focus)),
    );
    return sequence(choice(linear, radial), repeat(2, mostStops, stop));
  }

  #color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const short = sequence(literal("#"), repeat(3, 3, digit));
    const long = this.#options.colorBits === 8 ? [repeat(3, 3, digit)] : [];
    return choice(literal("currentColor"), sequence(short, ...long.map((part) => optional(part))));
  }

  #point(): Expression {
    return sequence(this.#coordinate(), literal(" "), this.#coordinate());
  }

  /** On the grid. */
  #coordinate(): Expression {
    const { grid, precision } = this.#options;
    if (precision === 0) return integer(0, grid);
    return choice(
      sequence(integer(0, grid - 1), optional(fraction(precision))),
      integer(grid, grid),
    );
  }

  /** A step to elsewhere on the grid. */
  #signed(): Expression {
    const { grid, precision } = this.#options;
    const positive = integer(1, grid);
    if (precision === 0) return choice(integer(0, grid), sequence(literal("-"), positive));
    const part = fraction(precision);
    return choice(
      sequence(
        optional(literal("-")),
        choice(integer(1, grid), sequence(integer(0, grid - 1), part)),
      ),
      literal("0"),
    );
  }

  /** Not below 1, up to so many grids. */
  #size(grids = 1): Expression {
    const { grid, precision } = this.#options;
    const most = grids * grid;
    if (precision === 0) return integer(1, most);
    return choice(
      sequence(integer(1, most - 1), optional(fraction(precision))),
      integer(most, most),
    );
  }

  /** Of a stroke or dash: not below 1, in quarters of the smallest step. */
  #width(): Expression {
    const { grid, precision } = this.#options;
    const quarters = sequence(
      literal("."),
      repeat(precision, precision, anyOf("0123456789")),
      words("25", "5", "75"),
    );
    const steps = precision === 0 ? [] : [fraction(precision)];
    return sequence(integer(1, Math.ceil(grid / 4)), optional(choice(quarters, ...steps)));
  }

  #token(name: SemanticName): Expression {
    const token = symbol(this.#symbolOf(name));
    return token;
  }

  #item(name: SemanticName, value: Expression): Expression {
    const blank = this.#spaced ? [optional(literal(" "))] : [];
    return sequence(this.#token(name), ...blank, value);
  }
}
