/** What of a drawing can be seen, by its geometry alone. Runs in a browser. */
export { Coverage } from "./coverage.ts";
export { type Arc, OutlinePen } from "./outline-pen.ts";
export { isVisible } from "./visible.ts";
