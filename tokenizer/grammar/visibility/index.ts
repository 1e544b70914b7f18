/** What of a drawing can be seen, by its geometry alone. Runs in a browser. */
export {
  type CanvasSize,
  ElementVisibility,
  leastOpacity,
  visibilityOf,
} from "./element-visibility.ts";
export { isVisible } from "./visible.ts";
