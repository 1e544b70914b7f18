/** `pathloom synthesize`. */
import { Command } from "commander";
import { loadConfig, type Override, resolveConfig } from "../../config/index.ts";
import { formatCount, LoadingBar } from "../../report/index.ts";
import { type RankedRecipe, type Synthesized, synthesize } from "../../synthesize/index.ts";
import { exitCode } from "../exit.ts";
import { aligned, say, tell } from "../terminal.ts";
import { catchInterrupts } from "../training/interrupt.ts";
import { wholeNumber } from "../whole-number.ts";

interface SynthesizeFlags {
  readonly to: string;
  readonly limit?: number;
  readonly config?: string;
  readonly run?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom synthesize captions.txt --to sets/made --trace.colors 1 --trace.maxTokens 4096 \\
      --synthesize.chatModel gpt-4o-mini --synthesize.maxRequests 500
      A caption a line: simplified by the chat model, or dropped where it says NO; drawn by the image
      model; traced; kept where the drawing takes at most 4,096 tokens. At most 500 requests are made.
  $ pathloom synthesize captions.jsonl --to sets/made --synthesize.imageUrl http://127.0.0.1:7860/v1 \\
      --synthesize.imageModel flux-schnell --synthesize.negativePrompt "photorealistic, shading, texture"
      By a server of one's own with OpenAI's interface.
  $ pathloom synthesize captions.txt --to trials --limit 20 --synthesize.steps "[4, 20]" \\
      --synthesize.guidance "[3, 7.5]" --synthesize.clip openai/clip-vit-base-patch32
      A grid: each caption by each choice of wordings, steps, guidance and seeds, ranked by tokens and by
      CLIP's score.

Keys are taken from the environment (OPENAI_API_KEY, or what synthesize.chatKey and imageKey name).
Answers are cached in the folder by what was asked: the same command goes on where one was stopped, met
its budget or found the server down, and asks nothing twice. The set holds svg/, images/,
metadata.jsonl, left-out.jsonl (why each other came to nothing) and sheet.png; --data.source reads it.
docs/synthesis.md has more. Exit codes: 0 done, 1 nothing accepted or a server that refuses, 2 bad usage
or configuration, 130 interrupted.`;

export function synthesizeCommand(overrides: readonly Override[]): Command {
  return new Command("synthesize")
    .argument(
      "<captions>",
      "a .txt file of a caption a line, or a table (.jsonl, .csv, .parquet, …)",
    )
    .requiredOption("--to <folder>", "where the set goes: a new folder, or one that was begun")
    .option("--limit <number>", "of the captions, so many at most", (text) =>
      wholeNumber("--limit", text, 100_000_000),
    )
    .option("-c, --config <file>", "a recipe with the sections `synthesize`, `trace`, `tokenizer`")
    .option("--run <folder>", "count tokens by the tokenizer of this run or checkpoint")
    .option("--json", "print one JSON object for machines")
    .option("--synthesize.key <value>", "override a setting, as --synthesize.imageModel dall-e-3")
    .addHelpText("after", examples)
    .action(async (captions: string, { to, limit, config, run, json }: SynthesizeFlags) => {
      let bar: { readonly what: string; readonly shown: LoadingBar } | null = null;
      const onProgress = (what: string, done: number, total: number) => {
        if (bar?.what !== what) {
          bar?.shown.finish();
          bar = { what, shown: new LoadingBar(process.stderr, what, undefined, formatCount) };
        }
        bar.shown.update(done, total);
      };
      const finishBar = () => bar?.shown.finish();
      const interrupts = catchInterrupts(() => tell("stopping; what was answered is kept"));
      try {
        const made = await synthesize({
          captions,
          limit: limit ?? null,
          folder: to,
          config:
            config === undefined ? resolveConfig({}, overrides) : loadConfig(config, overrides),
          run,
          notice: tell,
          onProgress,
          signal: interrupts.signal,
        });
        finishBar();
        if (made.outcome === "interrupted") process.exitCode = exitCode.interrupted;
        else if (made.accepted === 0) process.exitCode = exitCode.failed;
        say(json ? JSON.stringify(made) : textOf(made));
      } finally {
        interrupts.stop();
      }
    });
}

function textOf(made: Synthesized): string {
  const { folder, outcome, sheet, reasons, ranking } = made;
  const lines = [
    folder,
    `  ${formatCount(made.captions)} captions: ${formatCount(made.simplified)} drawn, ${formatCount(made.captionsLeft)} left out`,
    `  ${formatCount(made.images)} images: ${formatCount(made.accepted)} accepted, ${formatCount(made.imagesLeft)} left out; ${formatCount(made.requests)} requests made`,
    ...Object.entries(reasons).map(([reason, count]) => `  ${formatCount(count)}: ${reason}`),
    ...(ranking.length > 1 ? [tableOf(ranking)] : []),
    ...(sheet === null ? [] : [`  ${sheet}`]),
    ...(outcome === "done" ? [] : ["some may still succeed: go on by the same command"]),
  ];
  return lines.join("\n");
}

function tableOf(ranking: readonly RankedRecipe[]): string {
  const figure = (value: number | null, digits: number) => value?.toFixed(digits) ?? "-";
  const rows = ranking.map((row) => [
    row.wording.length > 48 ? `${row.wording.slice(0, 47)}…` : row.wording,
    String(row.steps ?? "-"),
    String(row.guidance ?? "-"),
    String(row.seed ?? "-"),
    `${row.accepted}/${row.images}`,
    figure(row.tokens, 0),
    figure(row.clip, 4),
    figure(row.error, 4),
  ]);
  return aligned([
    ["wording, the best first", "steps", "guidance", "seed", "accepted", "tokens", "CLIP", "error"],
    ...rows,
  ]);
}
