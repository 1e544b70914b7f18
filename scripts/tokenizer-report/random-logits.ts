/**
 * Draws from random logits under the automaton of every representation, and checks each drawing: it
 * decodes, its printed form parses, it shows something, and it keeps to its budget.
 *
 *   node --import tsx scripts/tokenizer-report/random-logits.ts                10,000 of each
 *   node --import tsx scripts/tokenizer-report/random-logits.ts 500 semantic   of those so named
 *
 * Prints a line a representation; exits with 1 where a drawing fails.
 */
import { randomDrawings } from "../../tests/tokenizer/random-drawings.ts";
import { sampledRepresentations } from "../../tests/tokenizer/sampled-representations.ts";

const [count = "10000", ...names] = process.argv.slice(2);
const chosen = Object.entries(sampledRepresentations).filter(
  ([name]) => names.length === 0 || names.some((part) => name.includes(part)),
);
console.log(`${"".padEnd(44)}   drawn  parse   show  in budget  tokens each`);
for (const [name, create] of chosen) {
  const tally = randomDrawings(create(), { count: Number(count), seed: 11 });
  const { drawn, parsed, shown, inBudget, tokens, blank } = tally;
  const figures = [drawn, parsed, shown, inBudget].map((figure) => String(figure).padStart(7));
  console.log(
    `${name.padEnd(44)} ${figures.join("")}  ${(tokens / drawn).toFixed(1).padStart(10)}`,
  );
  for (const svg of blank.slice(0, 5)) console.log(`  blank: ${svg}`);
  if (parsed + shown + inBudget < 3 * drawn) process.exitCode = 1;
}
