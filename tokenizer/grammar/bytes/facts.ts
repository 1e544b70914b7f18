/** The sets of facts that can hold in a drawing, numbered, and how effects lead from one to another. */
import type { ByteMachine } from "./compile.ts";

export class Facts {
  /** [sets][effects]: the set after an effect; -1 where it requires what does not hold. */
  readonly #after: readonly (readonly number[])[];

  constructor({ effects }: Pick<ByteMachine, "effects">) {
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
          return (facts & effect.requires) === effect.requires ? i : -1;
        }),
      );
    }
    this.#after = after;
  }

  after(facts: number, effect: number): number {
    return this.#after[facts]![effect]!;
  }
}
