/**
 * How much more text of a drawing is set. What setting costs is told beforehand, so that no clock decides
 * what a drawing holds: characters are shaped for every stretch of one style in their text, and paths are
 * walked for every text along them, which their own characters bound.
 */
import { maxTextLength, maxTextShaping, maxTextSource } from "../limits.ts";

/** What one text would cost. */
export interface TextCost {
  readonly characters: number;
  /** Stretches of characters, each of a style of its own. */
  readonly stretches: number;
  /** Characters of what fonts are given. */
  readonly length: number;
  readonly isRefused: boolean;
}

/** What a font is opened for costs as much as so many characters. */
const opening = 64;

export class TextAllowance {
  #characters: number;
  #source: number;
  #shaping: number;

  /** @param times as much as is drawn of a drawing */
  constructor(times: number) {
    this.#characters = times * maxTextLength;
    this.#source = times * maxTextSource;
    this.#shaping = times * maxTextShaping;
  }

  /** Characters of what fonts may still be given. */
  get source(): number {
    return this.#source;
  }

  /** Whether a text may be set, which is then charged; what was written of it is in any case. */
  takes({ characters, stretches, length, isRefused }: TextCost): boolean {
    this.#source -= length;
    const shaping = stretches * (characters + opening);
    // What could not be drawn need not be measured.
    const most = Math.min(this.#characters, maxTextLength);
    if (isRefused || characters > most || shaping > Math.min(this.#shaping, maxTextShaping)) {
      return false;
    }
    this.#characters -= characters;
    this.#shaping -= shaping;
    return true;
  }
}
