/** A graph in Graphviz's language as a picture. */
import { UsageError } from "../../errors/index.ts";

/** What is used of `@viz-js/viz`. Its own types are not named: declarations must resolve without it. */
export interface Graphviz {
  instance(): Promise<{ renderString(dot: string, options: { format: string }): string }>;
}

const load = (): Promise<Graphviz> => import("@viz-js/viz");

/**
 * @returns an SVG document. Graphviz, an optional package, is loaded at the first call.
 * @throws UsageError where it is not installed.
 */
export async function dotPicture(
  dot: string,
  graphvizPackage: () => Promise<Graphviz> = load,
): Promise<string> {
  const { instance } = await graphvizPackage().catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new UsageError(
      "pictures of graphs are drawn by @viz-js/viz, which is not installed; run: npm install @viz-js/viz, or write a .dot or .txt file",
      { cause },
    );
  });
  const graphviz = await instance();
  return graphviz.renderString(dot, { format: "svg" });
}
