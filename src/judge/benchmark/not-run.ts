/** Parts of published benchmarks that ask for more than a drawing after a caption. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const pictures =
  "models here draw what a caption says, and are given no picture; other systems' drawings are compared by --system and a table of captions";
const changes =
  "what an instruction makes of a drawing is not judged here; generate --edit asks a model that was trained on data.task editing";
const questions = "questions about a drawing are not asked";
const motion = "animations are no drawings";

/** Folders and files of SArena, below the folder of a part or of all. */
const ofSArena: readonly (readonly [path: string, what: string, why: string])[] = [
  ["img2svg.jsonl", "image to drawing", pictures],
  [join("Icon", "generation", "img2svg.jsonl"), "Icon, image to drawing", pictures],
  [join("illustration", "img2svg.jsonl"), "illustration, image to drawing", pictures],
  [join("chemistry", "img2svg.jsonl"), "chemistry, image to drawing", pictures],
  [join("Icon", "edit"), "Icon, editing", changes],
  [join("Icon", "understanding"), "Icon, understanding", questions],
  ["animation", "animation", motion],
];
/** Parts of SArena that are named themselves. */
const named: readonly (readonly [end: RegExp, what: string, why: string])[] = [
  [/[/\\]Icon[/\\]edit[/\\]?$/, "editing", changes],
  [/[/\\]Icon[/\\]understanding[/\\]?$/, "understanding", questions],
  [/[/\\]SArena[/\\]animation[/\\]?$/, "animation", motion],
];

/** As `Icon, editing: not run, ...`, of each part that lies in the folder and is left out. */
export function partsNotRun(folder: string): string[] {
  if (!isFolder(folder)) return [];
  const itself = named.filter(([end]) => end.test(folder));
  const below = ofSArena.filter(([path]) => existsSync(join(folder, path)));
  const ofMmsvgBench = shardsOfPictures(folder)
    ? [["", "image to drawing", pictures] as const]
    : [];
  return [...itself, ...below, ...ofMmsvgBench].map(([, what, why]) => `${what}: not run, ${why}`);
}

/** MMSVGBench's other task: a picture in place of the caption. */
function shardsOfPictures(folder: string): boolean {
  return [folder, join(folder, "data")].some(
    (each) =>
      isFolder(each) &&
      readdirSync(each).some((name) => /^(image|img)2svg(-\d+-of-\d+)?\.parquet$/.test(name)),
  );
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}
