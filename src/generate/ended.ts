/** Whether the grammar had to bring a drawing to its end. */
import type { SvgTokenizer } from "../../tokenizer/index.ts";

/**
 * Whether a drawing had at each step the choice that it would have had with endless room: else it was
 * made to end for want of it.
 * @param ids from the token that opens the drawing to the one that ends it.
 * @param budget under which it was drawn.
 */
export function endedByItself(
  tokenizer: SvgTokenizer,
  ids: readonly number[],
  budget: number,
): boolean {
  const automaton = tokenizer.automaton();
  const [bounded, endless] = [automaton.start(budget), automaton.start(2 * budget + 1024)];
  const size = tokenizer.vocabulary.size;
  const [short, long] = [new Float32Array(size), new Float32Array(size)];
  for (const id of ids) {
    bounded.mask(short.fill(0));
    endless.mask(long.fill(0));
    if (short.some((value, token) => value !== long[token])) return false;
    bounded.accept(id);
    endless.accept(id);
  }
  return true;
}
