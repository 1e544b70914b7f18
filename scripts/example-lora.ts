/**
 * Teaches a pretrained language model to draw, with LoRA. It adds SVG tokens to the model, trains
 * adapters and the new tokens' rows on Lucide's icons, merges them, and draws with the result.
 *
 *   npm run example:lora                                     trains a small language model first
 *   npm run example:lora -- --model openai-community/gpt2    takes one from the Hub
 *   npm run example:lora -- --model FOLDER                   takes one from a folder
 *
 * Options after `--model MODEL` go to the training of the adapters: `--train.minutes 30`.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSource } from "../data/index.ts";
import { loadConfig } from "../src/config/index.ts";
import { defaultCanonicalOptions, parseDrawing, printDrawing } from "../svg/index.ts";
import { bytePairTokenizerJSON, trainBytePairs } from "../tokenizer/index.ts";

const root = join(import.meta.dirname, "..");
const program = join(root, "dist", "src", "cli", "main.js");
const runs = join(root, "runs");
const lora = "example-lora";
const baseConfig = join(root, "configs", "example-base.yaml");
const loraConfig = join(root, "configs", "example-lora.yaml");

const [flag, named, ...more] = process.argv.slice(2);
if (flag !== undefined && (flag !== "--model" || named === undefined)) {
  console.error("usage: npm run example:lora [-- --model FOLDER-OR-ID [--section.key value …]]");
  process.exit(2);
}
const model = named ?? (await makeBase());

step(`adapters over ${model}, on Lucide's icons in semantic tokens`);
pathloom("train", "--config", loraConfig, "--model", model, "--fresh", ...more);

const merged = join(runs, lora, "merged");
step(`merging the adapter into ${model}`);
pathloom("export", join(runs, lora), "--merge", "--to", merged);

step("drawing with the merged model");
const drawings = join(runs, lora, "drawings");
const prompts = loadConfig(loraConfig).generate.prompts.flatMap((prompt) => ["--prompt", prompt]);
pathloom("generate", "--model", merged, ...prompts, "--temperature", "0.4", "--out", drawings);

if (process.env.PATHLOOM_DOCS === "1") {
  const sheet = join(root, "docs", "images", "example-lora.png");
  copyFileSync(join(runs, lora, "samples", "sheet.png"), sheet);
}
console.log(`\n  model     ${merged}\n  report    ${join(runs, lora, "report.html")}`);

/** A tokenizer and a model in the true layout, from scratch. @returns the model's folder. */
async function makeBase(): Promise<string> {
  step("a byte-pair encoding of captions and SVG text");
  const folder = join(root, loadConfig(baseConfig).tokenizer.base!);
  mkdirSync(folder, { recursive: true });
  const text = trainBytePairs(await documents(), { vocabularySize: 1024 });
  const json = bytePairTokenizerJSON(text, ["<|endoftext|>"]);
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(json));
  step("a small model of captions and SVG text, in Llama's layout");
  pathloom("train", "--config", baseConfig, "--fresh");
  const base = join(runs, "example-base", "model");
  pathloom("export", join(runs, "example-base"), "--to", base);
  return base;
}

/** Captions and drawings as the base model reads them. */
async function documents(): Promise<string[]> {
  const { tokenizer } = loadConfig(baseConfig);
  const canonical = { ...defaultCanonicalOptions, grid: tokenizer.grid, colorBits: 4 } as const;
  const source = openSource("lucide", { variants: 1, tags: 0 });
  const found: string[] = [];
  for await (const { captions, svg } of source.rows(() => {})) {
    const { drawing } = parseDrawing(svg, canonical);
    found.push(`${captions[0]}\n${printDrawing(drawing)}`);
  }
  return found;
}

function pathloom(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

function step(text: string): void {
  console.log(`\n== ${text}`);
}
