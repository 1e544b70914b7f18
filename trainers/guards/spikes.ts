/** Whether a step's loss stands out from those of the steps before it. */

export interface SpikeOptions {
  /** Standard deviations above the mean from which a loss is a spike. */
  readonly deviations: number;
}

/** Losses that are remembered, and how many there have to be before one can stand out. */
const [window, least] = [100, 20];

/** Remembers the last losses; begins anew with each part of a run. */
export class SpikeDetector {
  readonly #deviations: number;
  #losses: number[] = [];

  constructor({ deviations }: SpikeOptions) {
    this.#deviations = deviations;
  }

  /**
   * Remembers a loss, unless it is a spike.
   * @returns the mean of those before where it is one, or null.
   */
  look(loss: number): number | null {
    const mean = this.#losses.reduce((sum, each) => sum + each, 0) / this.#losses.length;
    const square = this.#losses.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    const deviation = Math.sqrt(square / this.#losses.length);
    const known = this.#losses.length >= least;
    if (known && loss > mean + this.#deviations * deviation) return mean;
    this.#losses = [...this.#losses.slice(1 - window), loss];
    return null;
  }
}
