/** What an evaluation leaves behind: the page, tables, the sheet, and every drawing. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../checkpoints/index.ts";
import type { JudgedDrawing, Score } from "../metrics/index.ts";
import {
  type Judgement,
  judgementJson,
  judgementMarkdown,
  judgementPage,
  judgementSheet,
} from "../report/index.ts";

/** @example const open = ({ page }: JudgementFiles) => console.log(page); */
export interface JudgementFiles {
  readonly page: string;
  readonly markdown: string;
  readonly json: string;
  readonly sheet: string;
  /** A line for each drawing, with its figures. */
  readonly lines: string;
  /** A folder of each system's name. */
  readonly drawings: string;
}

interface SystemDrawings {
  readonly name: string;
  readonly drawings: readonly JudgedDrawing[];
  readonly scores: readonly Score[];
}

/** @throws StorageError */
export function writeJudgement(
  out: string,
  judgement: Judgement,
  systems: readonly SystemDrawings[],
): JudgementFiles {
  const at = (name: string) => join(out, name);
  const files: JudgementFiles = {
    ...{ page: at("report.html"), markdown: at("report.md"), json: at("report.json") },
    ...{ sheet: at("sheet.png"), lines: at("drawings.jsonl"), drawings: at("drawings") },
  };
  // Drawings of an earlier evaluation there would be taken for this one's.
  if (existsSync(files.json)) rmSync(files.drawings, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const folders = new Names();
  const lines = systems.flatMap((system) => {
    const folder = join(files.drawings, folders.of(system.name));
    mkdirSync(folder, { recursive: true });
    const names = new Names();
    return system.drawings.map((drawing, index) => {
      const file = join(folder, `${names.of(drawing.id)}.svg`);
      if (drawing.svg !== null) save(file, drawing.svg);
      const figures = system.scores.flatMap(({ figure, values }) => {
        const value = values?.[index] ?? null;
        return value === null ? [] : [[figure.key, value] as const];
      });
      const { id, caption } = drawing;
      const told = { system: system.name, id, caption, file: drawing.svg === null ? null : file };
      return `${JSON.stringify({ ...told, figures: Object.fromEntries(figures) })}\n`;
    });
  });
  save(files.lines, lines.join(""));
  save(files.json, judgementJson(judgement));
  save(files.markdown, judgementMarkdown(judgement));
  const sheet = judgementSheet(judgement);
  writeFileAtomically(files.sheet, (sink) => sink.write(sheet));
  save(files.page, judgementPage(judgement));
  return files;
}

/** Names safe on every file system, each its own. */
class Names {
  readonly #taken = new Set<string>();

  of(id: string): string {
    const safe = id
      .replaceAll(/[^\p{L}\p{N}._ -]+/gu, "_")
      .replace(/^\.+/, "_")
      .slice(0, 100);
    let name = safe || "_";
    for (let again = 2; this.#taken.has(name.toLowerCase()); again++) name = `${safe}~${again}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

function save(file: string, text: string): void {
  writeFileAtomically(file, (sink) => sink.write(new TextEncoder().encode(text)));
}
