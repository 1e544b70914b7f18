/** Draws the sequences of one request side by side. */
import type { DrawingService } from "./engine/drawing-service.ts";
import type { DrawnToken, Progress, SequenceEnd, SequenceRequest } from "./engine/protocol.ts";

export interface DrawnSequence {
  readonly text: string;
  readonly tokens: readonly DrawnToken[];
  readonly end: SequenceEnd;
}

/**
 * @param onProgress is told what came of each sequence, by its index.
 * @returns all, in order.
 * @throws the signal's reason, or the first DrawingError; the others are cancelled then.
 */
export function drawAll(
  service: DrawingService,
  requests: readonly SequenceRequest[],
  signal: AbortSignal,
  onProgress: (index: number, progress: Progress) => void = () => {},
): Promise<DrawnSequence[]> {
  return new Promise((resolve, reject) => {
    const parts = requests.map(() => ({ text: "", tokens: [] as DrawnToken[] }));
    const drawn: DrawnSequence[] = [];
    let left = requests.length;
    const cancels: (() => void)[] = [];
    const fail = (error: unknown) => {
      signal.removeEventListener("abort", aborted);
      for (const cancel of cancels) cancel();
      reject(error);
    };
    const aborted = () => fail(signal.reason);
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    for (const [index, request] of requests.entries()) {
      const part = parts[index]!;
      const cancel = service.draw(request, {
        onError: fail,
        onProgress(progress) {
          part.text += progress.text;
          part.tokens.push(...progress.tokens);
          onProgress(index, progress);
          if (progress.end === null) return;
          drawn[index] = { ...part, end: progress.end };
          left--;
          if (left > 0) return;
          signal.removeEventListener("abort", aborted);
          resolve(drawn);
        },
      });
      cancels.push(cancel);
    }
  });
}
