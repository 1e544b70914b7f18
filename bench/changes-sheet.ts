/**
 * Draws what a run of `icons-changes` makes of held-out drawings, and writes the sheet of docs/tasks.md:
 * `node --import tsx bench/changes-sheet.ts runs/icons-changes`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../src/config/index.ts";
import { type ChangeQuestion, changeQuestions } from "../src/evaluate/change-questions.ts";
import { completeDrawings, editDrawings } from "../src/generate/index.ts";
import { captionFont, captionFontFile, escapeMarkup } from "../src/report/index.ts";
import { withGenerator } from "../src/runs/loading/with-generator.ts";
import { readDrawings } from "../src/runs/prepare-data.ts";
import type { Drawing } from "../svg/index.ts";
import { renderPng } from "../svg/render/index.ts";

const [run] = process.argv.slice(2);
if (run === undefined) throw new Error("name the run's folder");
const picture = join(import.meta.dirname, "../docs/images/changes.png");
const perTask = 12;
const [side, gap, across, below] = [96, 4, 3, 34];
const [width, height] = [3 * (side + gap) + 20, side + below];

const config = parseConfig(readFileSync(join(run, "config.yaml"), "utf8"), run, []);
const { edits: kinds, editsEach: each } = config.data;

const cells = await withGenerator({ run }, config, console.error, async (open) => {
  const { generator, contextLength } = open;
  const { heldOut } = await readDrawings(config.data, generator.tokenizer.canonical);
  return (["completion", "editing"] as const).flatMap((task) => {
    const of = { task, edits: { kinds, each }, contextLength };
    const asked = spread(changeQuestions(heldOut, generator.tokenizer, of));
    const change = task === "completion" ? completeDrawings : editDrawings;
    const changes = asked.map(({ prompt, given }) => ({ prompt, drawing: given }));
    const made = change(generator, changes, {
      sampling: { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1 },
      ...{ seed: 1, maxTokens: null, context: contextLength },
    });
    return asked.map((question, i) => ({ question, made: made[i]!.drawing }));
  });
});

function spread(questions: readonly ChangeQuestion[]): ChangeQuestion[] {
  const step = questions.length / perTask;
  return Array.from({ length: perTask }, (_, i) => questions[Math.floor((i + 0.5) * step)]!);
}

const drawn = cells.map(({ question: { prompt, given, target }, made }, index) => {
  const [x, y] = [10 + (index % across) * width, 10 + Math.floor(index / across) * height];
  const images = [given, made, target].map((drawing, i) => imageAt(i * (side + gap), drawing));
  const text = `<text y="${side + 16}">${escapeMarkup(prompt.slice(0, 44))}</text>`;
  return `<g transform="translate(${x} ${y})">${images.join("")}${text}</g>`;
});

function imageAt(x: number, drawing: Drawing): string {
  const png = Buffer.from(renderPng(drawing, { size: side, background: "#ffffff" }));
  return `<image x="${x}" width="${side}" height="${side}" href="data:image/png;base64,${png.toString("base64")}"/>`;
}

const sheet = {
  width: across * width + 10,
  height: Math.ceil(cells.length / across) * height + 10,
};
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${sheet.width}" height="${sheet.height}" font-family="${captionFont}" font-size="13">${drawn.join("")}</svg>`;
const size = Math.max(sheet.width, sheet.height);
const look = { size, background: "#e4e7eb", fonts: [captionFontFile()] };
writeFileSync(picture, renderPng(svg, look));
