/** Tells the server what the caches hold: at once where requests begin or cease to wait for room, else now and then. */
import type { CachePool } from "../../../models/index.ts";
import type { CacheFigures } from "./protocol.ts";
import type { ServedGenerator } from "./served-generator.ts";

const everyMs = 100;

export class CacheReport {
  readonly #pool: CachePool;
  readonly #generators: readonly ServedGenerator[];
  readonly #say: (caches: CacheFigures) => void;
  #isShort = false;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    pool: CachePool,
    generators: readonly ServedGenerator[],
    say: (caches: CacheFigures) => void,
  ) {
    this.#pool = pool;
    this.#generators = generators;
    this.#say = say;
  }

  /** @param isLast whether nothing more is drawn for the time being. */
  tell(isLast: boolean): void {
    const isShort = this.#generators.some((each) => each.isShort);
    const now = performance.now();
    if (!isLast && isShort === this.#isShort && now - this.#toldAt < everyMs) return;
    this.#isShort = isShort;
    this.#toldAt = now;
    const { blocks, reserved, kept, evicted } = this.#pool;
    const preempted = this.#generators.reduce((sum, each) => sum + each.preempted, 0);
    this.#say({ blocks, reserved, kept, evicted, preempted, isShort });
  }
}
