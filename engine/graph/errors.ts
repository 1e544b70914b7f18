import { PathloomError } from "../../errors/index.ts";

/** An operation was given operands it cannot take; says which, and the line that asked for it. */
export class GraphError extends PathloomError {
  override readonly name: string = "GraphError";
  override readonly code: string = "ERR_GRAPH";

  constructor(message: string) {
    super(withCaller(message));
  }
}

/** Folders whose frames are the graph language's own: the caller is the first frame elsewhere. */
const ownFolders = ["graph", "ops", "autodiff", "passes"].map(
  (folder) => new URL(`../${folder}/`, import.meta.url).pathname,
);

function withCaller(message: string): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  const places = [...stack.matchAll(/^\s+at .*?\(?((?:file:\/\/)?\/?[^\s()]+:\d+:\d+)\)?$/gm)];
  const caller = places
    .map((match) => match[1]!)
    .find((place) => !ownFolders.some((folder) => place.includes(folder)));
  return caller === undefined ? message : `${message} (at ${caller})`;
}
