/** A drawing's text with its place, or why there is none. */
export type SvgText = { readonly file: string } & (
  | { readonly svg: string; readonly captions?: readonly string[] }
  | { readonly error: string }
);
