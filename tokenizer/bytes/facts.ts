/** The sets of facts that can hold in a drawing, numbered, and how effects lead from one to another. */
import type { ByteMachine } from "./compile.ts";

export class Facts {
  readonly count: number;
  /** [sets][effects]: the set after an effect; -1 where it requires what does not hold. */
  readonly #after: readonly (readonly number[])[];
  /** [sets of conditions, as bits][sets]: whether one of the conditions holds. */
  readonly #shows: readonly (readonly boolean[])[];

  constructor({ effects, conditions }: ByteMachine) {
    const sets = [0];
    const after: number[][] = [];
    const numberOf = (facts: number) => {
      const known = sets.indexOf(facts);
      return known >= 0 ? known : sets.push(facts) - 1;
    };
    for (let i = 0; i < sets.length; i++) {
      const facts = sets[i]!;
      after.push(
        effects.map((effect) => {
          if ("says" in effect) return numberOf(facts | effect.says);
          if ("denies" in effect) return numberOf(facts & ~effect.denies);
          return includes(facts, effect.requires) ? i : -1;
        }),
      );
    }
    this.count = sets.length;
    this.#after = after;
    this.#shows = Array.from({ length: 1 << conditions.length }, (_, chosen) =>
      sets.map((facts) =>
        conditions.some((requires, i) => (chosen >> i) % 2 === 1 && includes(facts, requires)),
      ),
    );
  }

  after(facts: number, effect: number): number {
    return this.#after[facts]![effect]!;
  }

  /** @param conditions as bits. */
  shows(facts: number, conditions: number): boolean {
    return this.#shows[conditions]![facts]!;
  }
}

function includes(facts: number, required: number): boolean {
  return (facts & required) === required;
}
