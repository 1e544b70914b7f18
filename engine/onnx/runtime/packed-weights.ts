/** Weights as the runtime's kernels want them, packed once for all sessions that are given them. */
import type { OrtEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";

export class PrepackedWeights {
  readonly #environment: OrtEnvironment;
  #container: Handle = 0n;
  #users = 0;

  constructor(environment: OrtEnvironment) {
    this.#environment = environment;
  }

  /** For a session that is being made; each must release it in the end. */
  acquire(): Handle {
    if (this.#users === 0) {
      this.#container = this.#environment.library.create("CreatePrepackedWeightsContainer");
    }
    this.#users++;
    return this.#container;
  }

  /** Frees the weights after the last session. */
  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    this.#environment.library.release("ReleasePrepackedWeightsContainer", this.#container);
  }
}
