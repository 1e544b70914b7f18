/** From captions to drawings, from drawings to captions, and from drawings to others. */
export {
  type Beginning,
  type Change,
  type ChangeOptions,
  type ChangeParts,
  canBegin,
  completeDrawings,
  editDrawings,
} from "./change.ts";
export { type DescribedDrawing, type DescribeOptions, describeDrawings } from "./describe.ts";
export { type DrawnDrawing, type DrawOptions, type FreeDrawing, SvgGenerator } from "./drawer.ts";
export { endedByItself } from "./ended.ts";
export { numberTokens } from "./number-tokens.ts";
