/** A graph in Graphviz's language as a picture. */

/** @returns an SVG document. Graphviz is loaded at the first call. */
export async function dotPicture(dot: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const graphviz = await instance();
  return graphviz.renderString(dot, { format: "svg" });
}
