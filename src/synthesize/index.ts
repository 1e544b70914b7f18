/** From captions to drawings, by way of a chat model, an image model and the tracer. */

export { SynthesizeError } from "./errors.ts";
export type { Recipe } from "./images.ts";
export type { RankedRecipe } from "./ranking.ts";
export { type Synthesized, type SynthesizeRequest, synthesize } from "./synthesize.ts";
