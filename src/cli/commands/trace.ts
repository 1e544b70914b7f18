/** `pathloom trace`. */
import { Command } from "commander";
import { loadConfig, type Override, resolveConfig } from "../../config/index.ts";
import { formatCount, LoadingBar } from "../../report/index.ts";
import { type TracedFolder, type TracedImage, traceTo } from "../../trace/index.ts";
import { exitCode } from "../exit.ts";
import { say, tell } from "../terminal.ts";
import { catchInterrupts } from "../training/interrupt.ts";

interface TraceFlags {
  readonly to?: string;
  readonly config?: string;
  readonly run?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom trace cat.png --to cat.svg
      One image (PNG, JPEG or WebP) as a drawing in up to eight flat colours.
  $ pathloom trace pictures --to sets/pictures --trace.colors 1 --trace.maxTokens 1024
      A folder of images as silhouettes of at most 1,024 tokens each; images that need more even at
      their coarsest are counted and left out. Train on it: --data.source sets/pictures
  $ pathloom trace photo.jpg --trace.colors 1 --trace.threshold 0.4 > photo.svg
      With a threshold of one's own; without, it is found (Otsu).
  $ pathloom trace pictures --to sets/pictures --run runs/mine
      Counts tokens, and chooses the grid, by the tokenizer of a trained model.
  $ pathloom trace pictures --to sets/pictures --trace.tracer potrace
      Outlines by Potrace, where the system has it.

A grey or black ground is found at the borders and made white, so that a light drawing on black gives
what a dark one on white does. Captions are those of metadata.jsonl or metadata.csv (file_name), of the
.txt or .json file beside an image, or its name. The set holds svg/, images/, metadata.jsonl,
left-out.jsonl (what was left out and why) and sheet.png to look at. One that was stopped goes on by the
same command. The error is the mean difference of the colour channels to the image, 0 to 1.
docs/tracing.md has the settings, with figures.`;

export function traceCommand(overrides: readonly Override[]): Command {
  return new Command("trace")
    .argument("<images>", "an image, or a folder of them")
    .option(
      "--to <path>",
      "of an image: the .svg file (default: stdout); of a folder: the data set",
    )
    .option(
      "-c, --config <file>",
      "the recipe whose tokenizer and `trace` section count (default: the plain ones)",
    )
    .option("--run <folder>", "use the tokenizer of this run or checkpoint")
    .option("--json", "print one JSON object for machines")
    .option("--trace.key <value>", "override a setting, as --trace.colors 1")
    .addHelpText("after", examples)
    .action(async (images: string, { to, config, run, json }: TraceFlags) => {
      const bar = new LoadingBar(process.stderr, "tracing", undefined, formatCount);
      const interrupts = catchInterrupts(() => tell("stopping after the image that is at work"));
      try {
        const result = await traceTo({
          images,
          to,
          config:
            config === undefined ? resolveConfig({}, overrides) : loadConfig(config, overrides),
          run,
          notice: tell,
          onProgress: bar.update,
          signal: interrupts.signal,
        });
        bar.finish();
        if (result.kind === "folder") return showFolder(result.traced, json === true);
        if (json) say(JSON.stringify(figuresOf(result.traced, to)));
        else {
          tell(imageText(result.traced));
          if (to === undefined) process.stdout.write(result.svg);
        }
      } finally {
        interrupts.stop();
        bar.finish();
      }
    });
}

function figuresOf(
  { tokens, error, colors, tolerance, background, threshold }: TracedImage,
  to?: string,
) {
  return { svg: to ?? null, tokens, error, colors, tolerance, background, threshold };
}

function imageText({
  tokens,
  error,
  colors,
  tolerance,
  background,
  threshold,
}: TracedImage): string {
  const parts = [
    `${formatCount(tokens)} tokens`,
    `error ${error.toFixed(4)}`,
    `${colors} ${colors === 1 ? "colour" : "colours"}`,
    `tolerance ${tolerance.toFixed(2)}`,
    ...(threshold === null ? [] : [`threshold ${threshold.toFixed(2)}`]),
    background === null ? "no ground found" : `ground rgb(${background.rgb.join(", ")})`,
  ];
  return parts.join(", ");
}

function showFolder(traced: TracedFolder, json: boolean): void {
  if (traced.outcome === "interrupted") process.exitCode = exitCode.interrupted;
  else if (traced.traced === 0) process.exitCode = exitCode.failed;
  if (json) {
    say(JSON.stringify(traced));
    return;
  }
  const { folder, images, leftOut, meanTokens, meanError, reasons, sheet } = traced;
  const lines = [
    folder,
    `  ${formatCount(traced.traced)} of ${formatCount(images)} images traced, ${formatCount(leftOut)} left out; ${meanTokens.toFixed(0)} tokens and error ${meanError.toFixed(4)} on average`,
    ...Object.entries(reasons).map(([reason, count]) => `  ${formatCount(count)}: ${reason}`),
    ...(sheet === null ? [] : [`  ${sheet}`]),
    ...(traced.outcome === "interrupted" ? ["go on by the same command"] : []),
  ];
  say(lines.join("\n"));
}
