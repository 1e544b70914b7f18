/** What is said of the data before the first step: drawings left out in masses, and what to do. */
import type { SceneCount } from "../dataset/scenes.ts";
import { countReasons, type DataReports, type LeftOut, leftOutOf } from "./left-out.ts";
import { betterContext, shareHeld } from "./lengths.ts";

/** From this share of a set on, what is left out is said. */
const masses = 0.05;

/** So few drawings are learnt by heart, whatever is asked of the model. */
const few = 8;

export interface NoteOptions {
  /** Longest sample in tokens. */
  readonly limit: number;
  /** The key that set it. */
  readonly limitKey: string;
}

/** Empty where all is well. */
export function dataNotes(reports: DataReports, options: NoteOptions): string[] {
  const { corpus, train } = reports;
  const left = leftOutOf(reports, options.limit);
  const total = consideredDrawings(reports);
  const notes = massesOf(reports, left, options, total);
  if (train.samples < few && total > 0) {
    const drawings = train.samples === 1 ? "one drawing" : `${train.samples} drawings`;
    notes.push(
      `there is ${drawings} to train on: the model can only learn ${train.samples === 1 ? "it" : "them"} by heart`,
    );
  }
  const cut = scenesOf(reports);
  if (cut.drawings > 0) {
    notes.push(
      `${count(cut.drawings)} of ${count(total)} are longer than ${options.limitKey} ${count(options.limit)} and learnt in ${count(cut.parts)} parts (data.tooLong: scenes)`,
    );
  }
  const empty = corpus.sets.filter(({ rows, bad }) => rows > 0 && rows === bad.length);
  for (const { name, bad } of empty) {
    const why = bad.some(({ filter }) => filter !== undefined)
      ? "passes data.filters"
      : "could be read";
    notes.push(`no drawing of ${name} ${why}`);
  }
  return notes;
}

/** Of both sides. */
export function scenesOf({ train, heldOut }: DataReports): SceneCount {
  const sides = [train.scenes, heldOut.scenes];
  return {
    drawings: sides.reduce((sum, side) => sum + (side?.drawings ?? 0), 0),
    parts: sides.reduce((sum, side) => sum + (side?.parts ?? 0), 0),
  };
}

/** The message of an error where no drawing is left. */
export function nothingLeft(reports: DataReports, options: NoteOptions): string {
  const total = consideredDrawings(reports);
  const parts = massesOf(reports, leftOutOf(reports, options.limit), options, total, 0);
  const held = reports.heldOut.samples;
  if (held > 0) {
    parts.push(`${count(held)} ${held === 1 ? "is" : "are"} held out: lower data.heldOut`);
  }
  const why = parts.length === 0 ? "none was read" : parts.join("; ");
  return `${reports.corpus.source}: no drawing is left of ${count(total)} to train on: ${why}`;
}

/** Drawings and bad rows; repeated ones are no loss. */
function consideredDrawings({ corpus }: DataReports): number {
  return corpus.rows - corpus.duplicates;
}

function massesOf(
  { train, heldOut }: DataReports,
  left: readonly LeftOut[],
  { limit, limitKey }: NoteOptions,
  total: number,
  from = masses,
): string[] {
  const notes: string[] = [];
  const tell = (number: number, what: string) => {
    if (number > 0 && number >= from * total) {
      notes.push(`${count(number)} of ${count(total)} (${percent(number / total)}) ${what}`);
    }
  };
  const tooLong = train.tooLong.length + heldOut.tooLong.length;
  const needed = [...train.needed, ...heldOut.needed].sort((a, b) => a - b);
  const better = betterContext(needed, limit);
  tell(
    tooLong,
    `are longer than ${limitKey} ${count(limit)}; ${count(better)} holds ${percent(shareHeld(needed, better))}`,
  );
  const reasons = countReasons(left.filter(({ why }) => why !== "too long"));
  for (const { why, reason, count: number, examples } of reasons) {
    tell(number, `are ${why}: ${reason}${remedy(reason)} (as ${examples[0]})`);
  }
  return notes;
}

/** What to set, where a reason names the option that forbids a drawing. */
function remedy(reason: string): string {
  const option = /its option "(\w+)"/.exec(reason)?.[1];
  if (option === undefined) return "";
  return option === "colors"
    ? "; set tokenizer.colors to 12-bit, or begin with the recipe emoji"
    : `; set tokenizer.${option} to true`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
