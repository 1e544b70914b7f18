/** Where an element comes to lie: its transforms, made about its origin (CSS Transforms 1 and 2). */
import type { DropCounter } from "../drops.ts";
import type { ElementStyle } from "../style/computed.ts";
import type { Canvas } from "./canvas.ts";
import { composed, type Transform, transformMatrix } from "./css-transform.ts";
import { identity, type Matrix, multiply, scaling, translation } from "./matrix.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Box } from "./viewport.ts";

type OwnStyle = ElementStyle["own"];

/** A transform of the root turns the whole picture, in pixels and about its middle. */
export function rootMatrix(own: OwnStyle, canvas: Canvas, drops: DropCounter): Matrix {
  const { matrix, outer, scale } = canvas;
  const transform = wholeTransform(own);
  if (own.onPath) drops.add("transform-box");
  if (transform === null) return matrix;
  const box = { x: 0, y: 0, ...outer };
  const origin = own.transformOrigin?.(box) ?? { x: outer.width / 2, y: outer.height / 2 };
  const moved = about(origin, within(transform, box));
  const pixels = multiply(scaling(scale, scale), multiply(moved, scaling(1 / scale, 1 / scale)));
  return multiply(pixels, matrix);
}

/**
 * From the element's user coordinates to the grid.
 * @param boxOf finds the box that its transforms refer to, where that is its own; null where it has none.
 */
export function placed(
  own: OwnStyle,
  { matrix, port }: Surroundings,
  boxOf: () => Box | null,
  drops: DropCounter,
): Matrix {
  if (own.onPath) drops.add("transform-box");
  const transform = wholeTransform(own);
  if (transform === null) return matrix;
  const whole: Box = { x: 0, y: 0, ...port };
  if (own.transformBox === "view-box" && own.transformOrigin === null) {
    return multiply(matrix, within(transform, whole));
  }
  const box = own.transformBox === "view-box" ? whole : boxOf();
  if (box === null) {
    drops.add("transform-box");
    return multiply(matrix, within(transform, whole));
  }
  const origin = own.transformOrigin?.(box) ?? box;
  return multiply(matrix, about(origin, within(transform, box)));
}

/** All of an element's transforms in one; null where it has none. */
function wholeTransform({ translate, rotate, scale, transform }: OwnStyle): Transform | null {
  if (translate === null && rotate === null && scale === null) return transform;
  return [translate, rotate, scale, transform].reduce<Transform>(
    (outer, inner) => (inner === null ? outer : composed(outer, inner)),
    identity,
  );
}

function within(transform: Transform, box: Box): Matrix {
  return transformMatrix(transform, () => box);
}

/** A map made about a point. */
function about({ x, y }: { readonly x: number; readonly y: number }, m: Matrix): Matrix {
  return x === 0 && y === 0 ? m : multiply(multiply(translation(x, y), m), translation(-x, -y));
}
