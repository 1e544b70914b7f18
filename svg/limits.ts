/**
 * The bounds that keep time and memory finite whatever the source is. They are far above what
 * drawings made by people or programs need.
 */

/** Characters of a source. */
export const maxSourceLength = 2 ** 24;
/** Elements within elements; groups of a drawing nest less deeply than this too. */
export const maxNesting = 200;
/** Elements of a source. */
export const maxElements = 2 ** 16;
/** Attributes of one element. */
export const maxAttributes = 2 ** 8;
/** Elements visited while painting, each instance that `use` makes of one counted anew. */
export const maxVisits = 2 ** 16;
/** Characters of the attributes that `use` reads again and again. */
export const maxReusedText = 2 ** 24;
/** Characters of a length; a longer one is invalid. */
export const maxLengthText = 2 ** 8;
/** Path segments, polygon points and gradient stops of a whole drawing, each use of them counted. */
export const maxSegments = 2 ** 17;
/** Segments of clip paths, each use of them counted; what is clipped after them is left whole. */
export const maxClipSegments = 2 ** 15;
/** Characters that fonts make outlines of; text after them is left out. */
export const maxTextLength = 2 ** 13;
/** Characters of what fonts are given for all texts of a drawing, with the paths that they run along. */
export const maxTextSource = 2 ** 22;
/** Characters that are shaped for all texts of a drawing: all of a text anew for each stretch of one style. */
export const maxTextShaping = 2 ** 21;
/** Segments of a path that text runs along. */
export const maxTextPathSegments = 2 ** 12;
/** Units by which such a path may reach beyond the origin. */
export const maxTextPathReach = 2 ** 16;
/** Stops of one gradient; those after are dropped. */
export const maxStops = 256;
/** Dash lengths of one stroke; a stroke with more is painted solid. */
export const maxDashes = 64;
/** Gradients that refer to one another in a row. */
export const maxGradientChain = 32;
/** Times that a style rule is tried on an element, and declarations that rules then make. */
export const maxRuleTests = 2 ** 20;

/** Characters of all style sheets. */
export const maxStyleText = 2 ** 20;
/** Rules, each of its selectors counted. */
export const maxRules = 2 ** 15;
/** Characters of a rule's selectors. */
export const maxSelectorLength = 2 ** 12;
/** Rules within each other. */
export const maxRuleNesting = 8;
/** Characters of a value whose variables are replaced; a longer one is invalid. */
export const maxVariableText = 2 ** 10;
/** Characters that a document's entities stand for, each reference counted. */
export const maxEntityText = 2 ** 20;
/** Entities within entities. */
export const maxEntityNesting = 16;

/** Coordinates lie within this many grids of the origin; an element beyond is dropped. */
export const coordinateRange = 16;
/** Radii of arcs, in grids; larger ones are set to this, which is as good as straight. */
export const radiusRange = 64;
/** Miter limits above this are set to it. */
export const maxMiterLimit = 1000;
