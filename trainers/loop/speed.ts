/** Time and speed of a run. */

export class Clock {
  readonly #before: number;
  readonly #started = performance.now();

  /** @param before seconds that earlier parts of the run took. */
  constructor(before: number) {
    this.#before = before;
  }

  /** Over all parts of the run. */
  get seconds(): number {
    return this.#before + (performance.now() - this.#started) / 1000;
  }

  get minutes(): number {
    return this.seconds / 60;
  }
}

/** Steps at the start of a process run slower, while memory is first touched: they are not counted. */
const warmupSteps = 3;

export class Speed {
  readonly #peakFlops: number;
  #steps = 0;
  #positions = 0;
  #flops = 0;
  #seconds = 0;

  /** @param peakFlops the machine's peak, in floating-point operations per second. */
  constructor(peakFlops: number) {
    this.#peakFlops = peakFlops;
  }

  add(positions: number, flops: number, seconds: number): void {
    this.#steps++;
    if (this.#steps === warmupSteps + 1) this.#positions = this.#flops = this.#seconds = 0;
    this.#positions += positions;
    this.#flops += flops;
    this.#seconds += seconds;
  }

  get tokensPerSecond(): number {
    return this.#seconds === 0 ? 0 : this.#positions / this.#seconds;
  }

  get shareOfPeak(): number {
    return this.#seconds === 0 ? 0 : this.#flops / this.#seconds / this.#peakFlops;
  }

  get secondsPerStep(): number {
    const counted = this.#steps > warmupSteps ? this.#steps - warmupSteps : this.#steps;
    return counted === 0 ? 0 : this.#seconds / counted;
  }
}
