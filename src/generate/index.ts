/** From captions to drawings. */
export { Drawer, type DrawnDrawing, type DrawOptions } from "./drawer.ts";
