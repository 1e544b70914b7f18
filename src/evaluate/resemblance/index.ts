/** Whether drawings look like what their captions ask for, beside real icons of those names. */
export { otherDesigner } from "./designer.ts";
export { IconSet, type RealIcon } from "./icon-set.ts";
export { pictureOf, pictureSide } from "./picture.ts";
export {
  type CaptionedDrawing,
  chanceOf,
  type Likeness,
  likeness,
  type Resemblance,
  type ResemblanceFigures,
  resemblance,
} from "./resemblance.ts";
export { contentWords, nameIn, shareWord } from "./words.ts";
