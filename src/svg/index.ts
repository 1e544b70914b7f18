/** Reads, canonicalises, prints and measures drawings. Knows nothing of tokens. Runs in a browser. */
export type * from "./drawing.ts";
export type { CanonicalOptions } from "./options.ts";
export { defaultCanonicalOptions } from "./options.ts";
