/** `pathloom tokenize`. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { loadConfig, type Override, resolveConfig } from "../../config/index.ts";
import {
  comparedTokenizers,
  comparedTotals,
  compareFiles,
  type FileLine,
  filtersOf,
  showTokens,
  TotalCounter,
  type Totals,
  textsOf,
  tokenizeFiles,
  tokenizerOfRecipe,
  tokenizerOfRun,
} from "../../runs/index.ts";
import { exitCode } from "../exit.ts";
import { say, tell } from "../terminal.ts";
import { comparedTable } from "../tokenizing/compared-table.ts";

interface TokenizeFlags {
  readonly count?: true;
  readonly roundTrip?: true;
  readonly show?: string | true;
  readonly compare?: string;
  readonly base?: string;
  readonly run?: string;
  readonly config?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom tokenize icons
      How many tokens each drawing takes, and in all.
  $ pathloom tokenize icons --round-trip --json
      A JSON object a file, {file, tokens, identical, pixelError, dropped, error}, and at the end
      {"totals": …}. The pixel error is the mean difference to the file's own rendering, 0 to 1.
  $ pathloom tokenize npm:@tabler/icons
      What train would read by that name, and which context holds how many of its drawings.
  $ pathloom tokenize icons/house.svg --show house.html
      A page with the tokens, coloured by kind, beside the drawing.
  $ pathloom tokenize icons --compare path,semantic,text --base gpt2/tokenizer.json
      Each drawing's tokens in the three tokenizers, and their means.
  $ pathloom tokenize icons --data.filters.nearDuplicates drop --data.filters.visible true
      What data.filters would leave out, and why, file by file; such files are no errors.
  $ pathloom tokenize icons --tokenizer.grid 96 --tokenizer.coordinates merged
      With other options; --run takes the tokenizer of a trained model.

Exits with 1 when a file cannot be tokenized or does not come back unchanged.`;

export function tokenizeCommand(overrides: readonly Override[]): Command {
  return new Command("tokenize")
    .argument(
      "<path>",
      "an .svg file, a folder of them, a .jsonl file, or a package: lucide, npm:NAME",
    )
    .option("--count", "count tokens (the default)")
    .option("--round-trip", "decode again, compare the drawings and their pixels")
    .option("--show [page]", "write a page of the tokens (default: tokens.html)")
    .option("--compare <list>", "tokens in several tokenizers: path,semantic,text")
    .option("--base <file>", "the tokenizer.json that semantic and text tokens stand over")
    .option("--run <folder>", "use the tokenizer of this run or checkpoint")
    .option("-c, --config <file>", "use the tokenizer that this recipe describes, a file or a name")
    .option("--json", "print a JSON object a line for machines")
    .addHelpText("after", examples)
    .action(async (path: string, flags: TokenizeFlags) => {
      if (flags.run !== undefined && flags.config !== undefined) {
        throw new UsageError("--run and --config exclude each other: both name a tokenizer");
      }
      if (flags.compare !== undefined) return compare(path, flags.compare, flags, overrides);
      if (flags.base !== undefined && flags.run !== undefined) {
        throw new UsageError("--base and --run exclude each other: a run has its tokenizer");
      }
      const tokenizer =
        flags.run === undefined
          ? await tokenizerOfRecipe(configOfFlags(flags, overrides), flags.base, tell)
          : tokenizerOfRun(flags.run, tell);
      const { data } = configOfFlags(flags, overrides);
      const files = await textsOf(path, data.source);
      if (flags.show !== undefined) {
        const page = flags.show === true ? "tokens.html" : flags.show;
        writeFileSync(page, showTokens(files, tokenizer));
        return say(flags.json ? JSON.stringify({ page, files: files.length }) : page);
      }
      const counter = new TotalCounter();
      const filters = filtersOf(data);
      const measure = flags.roundTrip === true;
      for (const line of tokenizeFiles(files, tokenizer, measure, filters, data.fonts)) {
        counter.add(line);
        say(flags.json ? JSON.stringify(line) : lineText(line));
      }
      const { totals } = counter;
      say(flags.json ? JSON.stringify({ totals }) : totalsText(totals));
      const left = Object.values(totals.filtered).reduce((sum, count) => sum + count, 0);
      const trips = totals.files - totals.errors - left;
      const changed = totals.identical !== null && totals.identical < trips;
      if (totals.errors > 0 || changed) process.exitCode = exitCode.failed;
    });
}

async function compare(
  path: string,
  list: string,
  flags: TokenizeFlags,
  overrides: readonly Override[],
): Promise<void> {
  const other = (["roundTrip", "show", "run"] as const).find((key) => flags[key] !== undefined);
  if (other !== undefined) {
    const flag = other === "roundTrip" ? "round-trip" : other;
    throw new UsageError(`--compare and --${flag} exclude each other`);
  }
  const config = configOfFlags(flags, overrides);
  const tokenizers = comparedTokenizers(list, flags.base, config);
  const lines = [...compareFiles(await textsOf(path, config.data.source), tokenizers)];
  const totals = comparedTotals(lines);
  if (flags.json) {
    for (const line of lines) say(JSON.stringify(line));
    say(JSON.stringify({ totals }));
  } else say(comparedTable(lines));
  if (totals.errors > 0) process.exitCode = exitCode.failed;
}

function configOfFlags({ config }: TokenizeFlags, overrides: readonly Override[]) {
  if (config !== undefined) return loadConfig(config, overrides);
  return resolveConfig({}, overrides);
}

function lineText({ file, tokens, identical, pixelError, dropped, error, filtered }: FileLine) {
  if (error !== null) return `${file}: ${error}`;
  if (filtered !== null) return `${file}  left out: ${filtered}`;
  const parts = [`${file}  ${tokens} tokens`];
  if (identical !== null) parts.push(identical ? "identical" : "NOT identical");
  if (pixelError !== null) parts.push(`pixel error ${pixelError.toFixed(5)}`);
  const left = droppedText(dropped);
  if (left !== "") parts.push(`dropped ${left}`);
  return parts.join("  ");
}

function totalsText(totals: Totals): string {
  const parts = [
    `${totals.files} files`,
    `${totals.tokens} tokens`,
    `${totals.meanTokens.toFixed(1)} a drawing`,
    `${totals.errors} with errors`,
  ];
  if (totals.identical !== null) parts.push(`${totals.identical} identical`);
  if (totals.meanPixelError !== null && totals.worstPixelError !== null) {
    const [mean, worst] = [totals.meanPixelError, totals.worstPixelError];
    parts.push(`pixel error ${mean.toFixed(5)} on average, ${worst.toFixed(5)} at worst`);
  }
  const left = droppedText(totals.dropped);
  if (left !== "") parts.push(`dropped ${left}`);
  const filtered = droppedText(totals.filtered);
  if (filtered !== "") parts.push(`left out by data.filters: ${filtered}`);
  return [parts.join(", "), ...lengthsText(totals)].join("\n");
}

function lengthsText({ lengths: { p50, p90, p99, longest, held } }: Totals): string[] {
  if (longest === 0) return [];
  const contexts = Object.entries(held).map(
    ([context, share]) => `context ${context} holds ${Math.round(100 * share)} %`,
  );
  return [
    `half of the drawings take at most ${p50} tokens, 90 % ${p90}, 99 % ${p99}, the longest ${longest}`,
    `without captions, ${contexts.join(", ")}`,
  ];
}

function droppedText(dropped: Readonly<Record<string, number>>): string {
  return Object.entries(dropped)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(", ");
}
