/**
 * LLM4SVG's semantic tokens (Xing et al., CVPR 2025, arXiv 2412.11102): the tags, attributes and path
 * commands of SVG as one token each, added to a base model's tokenizer. Beside each stand plain
 * words that say what it is: a new token's embedding begins as the mean of theirs.
 */
const descriptions = {
  START_OF_SVG: "Begin SVG document",
  END_OF_SVG: "End SVG document",
  start_of_g: "Begin SVG group",
  end_of_g: "End SVG group",

  svg_path: "SVG path element",
  svg_circle: "SVG circle element",
  svg_rect: "SVG rectangle element",
  svg_ellipse: "SVG ellipse element",
  svg_polygon: "SVG polygon element",
  svg_line: "SVG line element",
  svg_polyline: "SVG polyline element",
  svg_text: "SVG text element",

  svg_linearGradient: "SVG linear gradient element",
  svg_radialGradient: "SVG radial gradient element",
  svg_stop: "SVG gradient stop element",

  moveto: "path command move to",
  lineto: "path command line to",
  horizontal_lineto: "path command horizontal line to",
  vertical_lineto: "path command vertical line to",
  curveto: "path command cubic bezier curve to",
  smooth_curveto: "path command smooth cubic bezier curve to",
  quadratic_bezier_curve: "path command quadratic bezier curve to",
  smooth_quadratic_bezier_curveto: "path command smooth quadratic bezier curve to",
  elliptical_Arc: "path command elliptical arc to",
  close_the_path: "path command close the path",

  tag_id: "element id",
  path_d: "path data",
  fill: "fill color",
  "stroke-width": "stroke width",
  "stroke-linecap": "stroke line cap",
  stroke: "stroke color",
  opacity: "opacity",
  transform: "transform",
  gradientTransform: "gradient transform",
  offset: "gradient stop offset",
  width: "width",
  height: "height",
  cx: "center x coordinate",
  cy: "center y coordinate",
  rx: "horizontal radius",
  ry: "vertical radius",
  r: "radius",
  points: "list of points",
  x1: "start x coordinate",
  y1: "start y coordinate",
  x2: "end x coordinate",
  y2: "end y coordinate",
  x: "x coordinate",
  y: "y coordinate",
  fr: "focal radius",
  fx: "focal x coordinate",
  fy: "focal y coordinate",
  href: "reference link",
  rotate: "rotate",
  "font-size": "font size",
  "font-style": "font style",
  "font-family": "font family",
  "text-content": "text content",
} as const;

export type SemanticName = keyof typeof descriptions;

/** In the order in which they are added to a vocabulary. */
export const semanticNames = Object.keys(descriptions) as readonly SemanticName[];

/** The token as it stands in a vocabulary and in a text: `[<|svg_path|>]`. */
export function semanticToken(name: SemanticName): string {
  return `[<|${name}|>]`;
}

export interface TokenDescription {
  readonly token: string;
  /** The mean of the base model's embeddings of these words begins the token's own. */
  readonly words: string;
  /** Begins or ends a drawing. */
  readonly special: boolean;
}

/** [58] */
export const semanticTokens: readonly TokenDescription[] = semanticNames.map((name) => ({
  token: semanticToken(name),
  words: descriptions[name],
  special: name === "START_OF_SVG" || name === "END_OF_SVG",
}));
