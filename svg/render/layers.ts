/**
 * Writes transparency so that resvg 2.6 can render it. What is painted as one with an opacity is a
 * layer, as large as its contents. The renderer fails where these lie wholly off the canvas, or off
 * the layers around: so a single paint gets no layer, as it needs none, and every other one is given
 * the canvas's size at least by a clear rectangle. The picture is the same. A layer within a layer may
 * still be cut off, or lost: `compose.ts` renders such drawings.
 */
import type { Drawing, DrawingElement, RectShape, Shape } from "../drawing.ts";

/** Layers within each other that the renderer can do. */
export const deepestLayer = 1;

/** How many layers lie within each other. */
export function layerDepth(elements: readonly DrawingElement[]): number {
  return elements.reduce((deepest, element) => Math.max(deepest, layersOf(element)), 0);
}

function layersOf(element: DrawingElement): number {
  if (element.kind === "group") {
    return (element.opacity < 100 ? 1 : 0) + layerDepth(element.children);
  }
  return needsLayer(element) ? 1 : 0;
}

function needsLayer({ fill, stroke, opacity }: Shape): boolean {
  return opacity < 100 && fill !== null && stroke !== null;
}

/** @returns a drawing that is not canonical, for rendering alone. */
export function withSafeLayers({ width, height, elements }: Drawing): Drawing {
  const clear: RectShape = {
    kind: "rect",
    x: 0,
    y: 0,
    width,
    height,
    rx: 0,
    ry: 0,
    fill: { kind: "color", rgb: 0 },
    fillRule: "nonzero",
    fillOpacity: 0,
    stroke: null,
    opacity: 100,
  };
  const safe = (element: DrawingElement): DrawingElement => {
    if (element.kind === "group") {
      const children = element.children.map(safe);
      return element.opacity === 100
        ? { ...element, children }
        : { ...element, children: [clear, ...children] };
    }
    if (!needsLayer(element)) return withoutOpacity(element);
    const { opacity } = element;
    return { kind: "group", opacity, children: [clear, { ...element, opacity: 100 }] };
  };
  return { width, height, elements: elements.map(safe) };
}

function withoutOpacity(shape: Shape): Shape {
  const { stroke, fillOpacity, opacity } = shape;
  if (opacity === 100) return shape;
  const both = (percent: number) => (percent * opacity) / 100;
  if (stroke === null) return { ...shape, fillOpacity: both(fillOpacity), opacity: 100 };
  return { ...shape, stroke: { ...stroke, opacity: both(stroke.opacity) }, opacity: 100 };
}
