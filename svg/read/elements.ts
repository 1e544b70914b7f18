/** The elements of SVG, by what is done with them where they stand. */
import type { DropReason } from "../drops.ts";

export type ElementKind =
  | "shape"
  | "group"
  | "use"
  | "svg"
  /** Paints nothing where it stands: a definition, a description, or what is counted elsewhere. */
  | "skip"
  | Extract<DropReason, "text" | "image" | "foreign-object">;

const names: Readonly<Record<ElementKind, string>> = {
  shape: "path circle ellipse rect line polyline polygon",
  group: "g a switch",
  use: "use",
  svg: "svg",
  skip:
    "defs symbol linearGradient radialGradient stop pattern clipPath mask marker filter title desc " +
    "metadata style script animate animateColor animateMotion animateTransform set view cursor " +
    "discard color-profile font font-face glyph missing-glyph hkern vkern mpath meshgradient hatch " +
    "solidcolor",
  text: "text tspan textPath tref altGlyph flowRoot",
  image: "image video audio canvas iframe",
  "foreign-object": "foreignObject",
};

export const elementKinds: ReadonlyMap<string, ElementKind> = new Map(
  Object.entries(names).flatMap(([kind, list]) =>
    list.split(" ").map((name): [string, ElementKind] => [name, kind as ElementKind]),
  ),
);
