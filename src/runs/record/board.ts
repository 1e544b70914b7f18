/**
 * A run for TensorBoard. `log.jsonl`, `samples/` and `config.yaml` are the source: the event file is
 * written anew from them whenever a part of the run begins or ends, so that no kill doubles or loses a
 * point, and grows in between.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type CanonicalOptions, type Drawing, parseDrawing, SvgError } from "../../../svg/index.ts";
import { RenderError } from "../../../svg/render/index.ts";
import { type Config, configToYaml } from "../../config/index.ts";
import {
  contactSheet,
  type Event,
  EventFile,
  endEvent,
  hyperparametersEvent,
  imageEvent,
  type LogRecord,
  readLog,
  recordEvent,
  textEvent,
  versionEvent,
} from "../../report/index.ts";
import { runPaths } from "../run-folder.ts";
import { canonicalOf } from "../tokenizer.ts";

/** TensorBoard knows its files by the part before this; ours is always the same one. */
const fileName = "events.out.tfevents.0000000000.pathloom";
/** Pictures of a step, and their side in pixels. */
const most = 8;
const side = 96;

/** What a run has logged and drawn up to a step, and its end where `ended`. */
export function writeBoard(
  folder: string,
  config: Config,
  after: number,
  ended = false,
): EventFile {
  const paths = runPaths(folder);
  const log = readLog(paths.log).filter(({ step }) => ended || step <= after);
  const written = existsSync(paths.config) ? statSync(paths.config).mtimeMs / 1000 : 0;
  const began = log.find(({ at }) => at !== undefined)?.at ?? written;
  const begin = { step: 0, at: began };
  const events: Event[] = [
    versionEvent(began),
    hyperparametersEvent(begin, basename(folder), hyperparameters(config)),
    textEvent(begin, "config", `\`\`\`yaml\n${configToYaml(config)}\`\`\`\n`),
  ];
  let at = began;
  for (const record of log) {
    at = record.at ?? at;
    events.push(recordEvent(record, at));
  }
  for (const { step, place } of sampleFolders(paths.samples)) {
    if (!ended && step > after) continue;
    const drawings = drawingsIn(place, canonicalOf(config.tokenizer));
    events.push(...pictureEvents(step, statSync(place).mtimeMs / 1000, drawings));
  }
  if (ended) {
    const step = log.at(-1)?.step ?? 0;
    if (existsSync(paths.sheet)) {
      events.push(imageEvent({ step, at }, "sheet", readFileSync(paths.sheet)));
    }
    events.push(endEvent({ step, at }));
  }
  const board = join(folder, "tensorboard");
  mkdirSync(board, { recursive: true });
  return new EventFile(join(board, fileName), events);
}

/** A record that was just logged. */
export function addRecord(board: EventFile, record: LogRecord): void {
  board.append(recordEvent(record, record.at ?? Date.now() / 1000));
}

/** Drawings that were just made. */
export function addDrawings(
  board: EventFile,
  step: number,
  drawings: readonly { readonly prompt: string; readonly drawing: Drawing }[],
): void {
  for (const event of pictureEvents(step, Date.now() / 1000, drawings)) board.append(event);
}

/** One picture of a step; none where no picture can be made. */
function pictureEvents(
  step: number,
  at: number,
  drawings: readonly { readonly prompt: string; readonly drawing: Drawing }[],
): Event[] {
  const cells = drawings.slice(0, most).map(({ prompt, drawing }) => ({
    caption: prompt,
    made: drawing,
    real: null,
    known: "none" as const,
  }));
  if (cells.length === 0) return [];
  try {
    return [
      imageEvent({ step, at }, "samples", contactSheet(cells, { columns: 4, cellSize: side })),
    ];
  } catch (error) {
    if (error instanceof RenderError) return [];
    throw error;
  }
}

function sampleFolders(samples: string): { step: number; place: string }[] {
  if (!existsSync(samples)) return [];
  return readdirSync(samples)
    .filter((name) => /^step-\d+$/.test(name))
    .map((name) => ({ step: Number(name.slice("step-".length)), place: join(samples, name) }))
    .sort((a, b) => a.step - b.step);
}

function drawingsIn(folder: string, canonical: CanonicalOptions) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".svg"))
    .sort()
    .flatMap((file) => {
      const prompt = file.replace(/^\d+-|\.svg$/g, "").replaceAll("-", " ");
      try {
        const { drawing } = parseDrawing(readFileSync(join(folder, file), "utf8"), canonical);
        return [{ prompt, drawing }];
      } catch (error) {
        // Someone has changed it since.
        if (error instanceof SvgError) return [];
        throw error;
      }
    });
}

/** What may be told in one value; lists as JSON. */
function hyperparameters(config: Config): Record<string, number | boolean | string> {
  const { report, evaluate, sweep, ...sections } = config;
  return Object.fromEntries(
    Object.entries(sections).flatMap(([section, keys]) =>
      Object.entries(keys).flatMap(([key, value]: [string, unknown]) => {
        const plain = ["number", "boolean", "string"].includes(typeof value);
        if (value === null || value === undefined) return [];
        const told = plain ? (value as number | boolean | string) : JSON.stringify(value);
        return [[`${section}.${key}`, told] as const];
      }),
    ),
  );
}
