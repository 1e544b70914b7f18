/**
 * Draws from random logits under the automaton of every tokenizer, and checks each drawing: it
 * decodes, its printed form parses, it shows something, and it keeps to its budget.
 *
 *   node --import tsx bench/tokenizer-page/random-logits.ts                        10,000 of each
 *   node --import tsx bench/tokenizer-page/random-logits.ts --count 500 semantic   of those so named
 *
 * Prints a line a tokenizer, with --json an object; exits with 1 where a drawing fails. One seed, 11
 * unless another is given, gives the same drawings: a long sampling may be done in pieces.
 */
import { parseArgs } from "node:util";
import { randomDrawings } from "../../tests/tokenizer/random-drawings.ts";
import { sampledTokenizers } from "../../tests/tokenizer/sampled-tokenizers.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "11" },
    json: { type: "boolean", default: false },
  },
});
const chosen = Object.entries(sampledTokenizers).filter(
  ([name]) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
if (!values.json) console.log(`${"".padEnd(46)}   drawn  parse   show  in budget  tokens each`);
for (const [name, create] of chosen) {
  const tally = randomDrawings(create(), {
    count: Number(values.count),
    seed: Number(values.seed),
  });
  const { drawn, parsed, shown, inBudget, tokens, failed } = tally;
  if (parsed + shown + inBudget < 3 * drawn) process.exitCode = 1;
  if (values.json) {
    console.log(JSON.stringify({ name, ...tally }));
    continue;
  }
  const figures = [drawn, parsed, shown, inBudget].map((figure) => String(figure).padStart(7));
  console.log(
    `${name.padEnd(46)} ${figures.join("")}  ${(tokens / drawn).toFixed(1).padStart(10)}`,
  );
  for (const svg of failed.slice(0, 5)) console.log(`  fails: ${svg}`);
}
