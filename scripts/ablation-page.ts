/**
 * Writes docs/ablation.md from a finished sweep, figures and plots and sentences alike:
 *
 *   npx pathloom sweep --config configs/context-ablation.yaml
 *   node --import tsx scripts/ablation-page.ts runs/context-ablation
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs", "ablation.md");
const pictures = join(root, "docs", "images", "ablation");
const [folder = "runs/context-ablation"] = process.argv.slice(2);

const begin = "<!-- figures: scripts/ablation-page.ts -->";
const end = "<!-- end of figures -->";

const markdown = readFileSync(join(folder, "comparison.md"), "utf8");
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const figures = markdown
  .replace(/^# .*\n+/, "")
  .replaceAll(/!\[([^\]]*)\]\(plots\/([\w.]+)\)/g, (_, says: string, file: string) => {
    const from = join(folder, "plots", file);
    if (!existsSync(from)) throw new Error(`${from}: no such plot; run pathloom compare ${folder}`);
    copyFileSync(from, join(pictures, file));
    return `<img src="images/ablation/${file}" width="400" alt="${says}">`;
  })
  .trim();

const text = readFileSync(page, "utf8");
const [before, rest] = text.split(begin);
const after = rest?.split(end)[1];
if (before === undefined || after === undefined)
  throw new Error(`${page}: no place for the figures`);
writeFileSync(page, `${before}${begin}\n\n${figures}\n\n${end}${after}`);
console.log(`wrote ${page}`);
