/** An operation was given operands it cannot take; says which, and the line that asked for it. */
export class GraphError extends Error {
  override readonly name = "GraphError";

  constructor(message: string) {
    super(message);
    const caller = callerOutsideEngine(this.stack ?? "");
    if (caller !== undefined) this.message += ` (at ${caller})`;
  }
}

/** The first frame of a stack that is not the graph language's own. */
function callerOutsideEngine(stack: string): string | undefined {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const frame = frames.find((line) => !/[\\/]engine[\\/](graph|ops|autodiff)/.test(line));
  return frame?.match(/\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/)?.[1];
}
