/**
 * How fast SVG text becomes tokens, beside two programs that read the same text: svgo, which parses
 * and prints it, and Hugging Face `tokenizers`, which encodes it by GPT-2's vocabulary.
 *
 *   npm run bench:tokenizer
 *   npm run bench:tokenizer -- --rounds 9 Lucide      more rounds, of the sets that are named
 *   npm run bench:tokenizer -- --json                 a JSON object a set
 *
 * What is counted is the process's CPU time, of all of its threads, in megabytes (10^6 bytes) of
 * text a second: a rate of one core, whatever else the machine does. Every round measures all
 * contestants in turn, and a ratio is that of two rates of one round; a round before them all, in
 * which the code is compiled, does not count.
 */
import { parseArgs } from "node:util";
import { optimize } from "svgo";
import { Tokenizer } from "tokenizers";
import { inTurn, median, processorSeconds, timesAsFast } from "../src/bench/index.ts";
import { parseDrawing } from "../svg/index.ts";
import { gpt2TokenizerJson } from "../tests/sets/gpt2.ts";
import { iconSets, readIcons } from "../tests/sets/icon-sets.ts";
import { createPathTokenizer } from "../tokenizer/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const sets = iconSets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
if (sets.length === 0 || !(rounds >= 1)) {
  const names = iconSets.map(({ name }) => `"${name}"`).join(", ");
  console.error(`nothing to measure: rounds are 1 or more, sets are ${names}`);
  process.exit(2);
}

// One thread: waiting threads would count as work of `tokenizers`.
process.env.TOKENIZERS_PARALLELISM = "false";

const tokenizer = createPathTokenizer();
const { canonical } = tokenizer;
const gpt2 = Tokenizer.fromString(JSON.stringify(gpt2TokenizerJson()));

/** Each reads every text once, and returns a count, so that no work is left undone. */
type Contestant = (texts: readonly string[]) => number | Promise<number>;

const ours = "parse, canonicalise, encode";
const contestants: Readonly<Record<string, Contestant>> = {
  [ours](texts) {
    let tokens = 0;
    for (const text of texts) {
      tokens += tokenizer.encode(parseDrawing(text, canonical).drawing).length;
    }
    return tokens;
  },
  "parse, canonicalise"(texts) {
    let elements = 0;
    for (const text of texts) elements += parseDrawing(text, canonical).drawing.elements.length;
    return elements;
  },
  "svgo, parse and print"(texts) {
    let length = 0;
    for (const text of texts) length += optimize(text, { plugins: [] }).data.length;
    return length;
  },
  async "tokenizers, GPT-2"(texts) {
    const encodings = await gpt2.encodeBatch([...texts]);
    return encodings.reduce((tokens, encoding) => tokens + encoding.getLength(), 0);
  },
};

/** Texts are read until they come to this many bytes, as a set may be too small to be measured. */
const least = 3e6;

/** In megabytes of text that a second of CPU time reads. */
interface Figures {
  readonly name: string;
  readonly median: number;
  readonly slowest: number;
  readonly fastest: number;
  /** How many times its rate ours is. */
  readonly ratio: number;
}

async function measure(texts: readonly string[], bytes: number): Promise<Figures[]> {
  const repeats = Math.ceil(least / bytes);
  const timed = Object.entries(contestants).map(([name, contestant]) => {
    const read = async () => {
      for (let i = 0; i < repeats; i++) await contestant(texts);
    };
    return [name, () => processorSeconds(read)] as const;
  });
  const seconds = await inTurn(Object.fromEntries(timed), { rounds });
  return Object.entries(seconds).map(([name, each]) => {
    const rates = each.map((one) => (repeats * bytes) / 1e6 / one);
    return {
      name,
      median: median(rates),
      slowest: Math.min(...rates),
      fastest: Math.max(...rates),
      ratio: timesAsFast(seconds[ours]!, each),
    };
  });
}

function figuresLine({ name, median, slowest, fastest, ratio }: Figures): string {
  const spread = `(${slowest.toFixed(1)} to ${fastest.toFixed(1)})`;
  const times = name === ours ? "" : `  ${ratio.toFixed(2)} x`;
  return `  ${name.padEnd(28)}${median.toFixed(1).padStart(6)} MB/s  ${spread}${times}`;
}

for (const set of sets) {
  const texts = readIcons(set).map(({ svg }) => svg);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const figures = await measure(texts, bytes);
  if (values.json) console.log(JSON.stringify({ set: set.name, contestants: figures }));
  else {
    console.log(`${set.name}: ${texts.length} files, ${(bytes / 1e6).toFixed(2)} MB`);
    for (const each of figures) console.log(figuresLine(each));
  }
}
if (!values.json) {
  console.log(
    `Medians of ${rounds} rounds; in brackets the slowest and fastest round, then how many times its rate ours is.`,
  );
}
