/**
 * Makes the pictures in tests/fixtures/browser: how Chromium draws each `name.svg`, at 96 x 96 pixels
 * on white. Pictures that are there already are left as they are.
 *
 *   CHROMIUM=/usr/bin/chromium npx tsx scripts/browser-pictures.ts
 *   npx tsx scripts/browser-pictures.ts --sheet sheet.png     Chromium's pictures beside ours
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { parseDrawing, printDrawing } from "../svg/index.ts";
import { renderPng } from "../svg/render/index.ts";

const folder = join(import.meta.dirname, "../tests/fixtures/browser");
const side = 96;
const columns = 10;

const { values } = parseArgs({ options: { sheet: { type: "string" } } });
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".svg"))
  .map((file) => file.slice(0, -4));
const pictureOf = (name: string) => join(folder, `${name}.png`);

if (values.sheet === undefined) takePictures(names.filter((name) => !existsSync(pictureOf(name))));
else writeFileSync(values.sheet, comparison());

/** All in one page, which is then cut, as starting the browser takes longer than drawing. */
function takePictures(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const temporary = mkdtempSync(join(tmpdir(), "pictures-"));
  const images = missing.map((name) => {
    return `<img src="${pathToFileURL(join(folder, `${name}.svg`))}">`;
  });
  const style = `body{margin:0;font-size:0;background:#fff}img{width:${side}px;height:${side}px}`;
  const page = join(temporary, "page.html");
  writeFileSync(page, `<!doctype html><style>${style}</style>${images.join("")}`);
  // A window that is too low is not as high inside as it was asked for.
  const rows = Math.max(8, Math.ceil(missing.length / columns));
  const shot = join(temporary, "page.png");
  const flags =
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking " +
    "--disable-component-update --disable-sync --hide-scrollbars --allow-file-access-from-files";
  execFileSync(
    process.env.CHROMIUM ?? "chromium",
    [
      ...flags.split(" "),
      `--user-data-dir=${join(temporary, "profile")}`,
      `--window-size=${columns * side},${rows * side}`,
      `--screenshot=${shot}`,
      String(pathToFileURL(page)),
    ],
    { stdio: "ignore", timeout: 120_000 },
  );
  const sheet = imageOf(readFileSync(shot), 0, 0, columns * side, rows * side);
  missing.forEach((name, i) => {
    const [x, y] = [side * (i % columns), side * Math.floor(i / columns)];
    const view = `viewBox="${x} ${y} ${side} ${side}"`;
    const cut = `<svg xmlns="http://www.w3.org/2000/svg" ${view}>${sheet}</svg>`;
    writeFileSync(pictureOf(name), renderPng(cut, { size: side, background: "white" }));
  });
  rmSync(temporary, { recursive: true });
}

/** Each drawing as Chromium draws it, and below it as its canonical form is drawn. */
function comparison(): Uint8Array {
  const parts = names.flatMap((name, i) => {
    const [x, y] = [side * (i % columns), 2 * (side + 4) * Math.floor(i / columns)];
    const theirs = imageOf(readFileSync(pictureOf(name)), x, y, side, side);
    const ours = renderPng(drawn(name), { size: side, background: "white" });
    const { width, height } = parseDrawing(readFileSync(join(folder, `${name}.svg`))).drawing;
    const longer = Math.max(width, height);
    const [w, h] = [(side * width) / longer, (side * height) / longer];
    const below = imageOf(ours, x + (side - w) / 2, y + side + (side - h) / 2, w, h);
    return [theirs, below];
  });
  const size = `${columns * side} ${2 * (side + 4) * Math.ceil(names.length / columns)}`;
  const page = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}">${parts.join("")}</svg>`;
  return renderPng(page, { size: Math.max(...size.split(" ").map(Number)), background: "white" });
}

function drawn(name: string): string {
  return printDrawing(parseDrawing(readFileSync(join(folder, `${name}.svg`))).drawing);
}

function imageOf(png: Uint8Array, x: number, y: number, width: number, height: number): string {
  const data = Buffer.from(png).toString("base64");
  const place = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return `<image ${place} preserveAspectRatio="none" href="data:image/png;base64,${data}"/>`;
}
