/** What was left out of a drawing because the canonical form cannot hold it, and how often. */

/** The reasons, each with its meaning. */
export const dropReasons = {
  animation: "animate, animateMotion, animateTransform, set or @keyframes: the first frame is kept",
  "blend-mode": "mix-blend-mode: painted normally",
  "clip-path": "clip-path: painted unclipped",
  "dash-array": "a dash array too long: painted solid",
  entity: "a reference to an entity that is not declared here, or stands for elements: left out",
  "external-reference": "a reference to another document: not followed",
  filter: "filter: painted unfiltered",
  "focal-circle": "the inner circle of a radial gradient, where it is not drawn by its stops",
  "foreign-object": "foreignObject: left out",
  glyph: "a character of a text that none of the given fonts has: left out",
  "gradient-first-stop": "a gradient, by option: painted in the colour of its first stop",
  "gradient-stops": "the stops of a gradient after the first 256",
  image: "image: left out",
  "invalid-value": "a property or attribute whose value is invalid: ignored",
  marker: "markers of a path: left out",
  mask: "mask of several greys, gradients or strokes, or too intricate: painted unmasked",
  "missing-reference": "a reference to no element, to the wrong kind of one or in a circle",
  "out-of-range": "an element or gradient too far beyond the view box",
  overflow: "what a nested viewport would clip: painted whole",
  "paint-order": "paint-order: the fill is painted below the stroke",
  "path-error": "path data or points with a fault: read up to it",
  pattern: "pattern: its mean colour is painted",
  script: "script or an event handler: left out",
  stroke: "a stroke, by option: left out",
  "stroke-distorted": "a stroke under an uneven transform: given the mean width",
  "style-rule": "a style rule that is not understood: ignored",
  text: "text, where no font is given or it cannot be set in one: left out",
  "transform-box":
    "a transform that depends on what cannot be measured, or motion along a path: left out",
  "unknown-element": "an element that SVG does not know: left out",
} as const;

export type DropReason = keyof typeof dropReasons;

/** Count by reason; a reason that did not occur is absent. */
export type DropReport = Readonly<Partial<Record<DropReason, number>>>;

/** These come of the caller's options and not of the source, so `strict` lets them pass. */
export const chosenReasons: ReadonlySet<DropReason> = new Set(["gradient-first-stop", "stroke"]);

export class DropCounter {
  readonly report: Partial<Record<DropReason, number>> = {};

  copy(): Partial<Record<DropReason, number>> {
    return { ...this.report };
  }

  /** Forgets what was counted since a copy was made. */
  restore(copy: Partial<Record<DropReason, number>>): void {
    for (const reason of Object.keys(this.report) as DropReason[]) delete this.report[reason];
    Object.assign(this.report, copy);
  }

  add(reason: DropReason): void {
    this.report[reason] = (this.report[reason] ?? 0) + 1;
  }
}
