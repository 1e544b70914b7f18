/** `fetch` whose answers end at a bound. */
import { ItemFault } from "./errors.ts";

/** @returns a fetch whose bodies fail with an ItemFault where they hold more bytes, and are read no further */
export function boundedFetch(maxBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    let size = 0;
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length;
        if (size <= maxBytes) controller.enqueue(chunk);
        else controller.error(new ItemFault("the answer is too large", false));
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
  };
}
