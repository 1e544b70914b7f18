/** Requests of a continuous batch, with what they draw kept. */
import * as assert from "uvu/assert";
import type {
  ContinuousBatch,
  GenerationEnd,
  GenerationRequest,
  SampledToken,
} from "../../models/index.ts";

export interface Drawn {
  readonly tokens: SampledToken[];
  end: GenerationEnd | null;
}

export function submitTo(batch: ContinuousBatch, request: GenerationRequest) {
  const drawn: Drawn = { tokens: [], end: null };
  const running = batch.submit(request, {
    onToken: (token) => drawn.tokens.push(token),
    onEnd(end) {
      assert.is(drawn.end, null, "a request ends once");
      drawn.end = end;
    },
  });
  return { drawn, running };
}
