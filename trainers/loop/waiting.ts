/** Early stopping: how long the held-out loss has not been lower (Prechelt 1998, "Early stopping, but when?"). */

/** Of the evaluations that were due: others, as at a run's end, depend on how it was cut into parts. */
export interface Waiting {
  /** Held-out loss in nats a token; null before the first. */
  readonly lowest: number | null;
  /** Evaluations since that one. */
  readonly evaluations: number;
}

export const notWaiting: Waiting = { lowest: null, evaluations: 0 };

/** After one more evaluation. A loss that is no number is never the lowest. */
export function waitOn({ lowest, evaluations }: Waiting, loss: number): Waiting {
  return lowest === null || loss < lowest
    ? { lowest: Number.isNaN(loss) ? null : loss, evaluations: 0 }
    : { lowest, evaluations: evaluations + 1 };
}
