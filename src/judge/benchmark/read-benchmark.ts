/** Whatever holds captions, perhaps with drawings, as a benchmark: by its layout. */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type BadRow, openSource, SourceError } from "../../../data/index.ts";
import { type Benchmark, type BenchmarkItem, mostItems } from "./benchmark.ts";
import { captionLines, captionRows, itemOf } from "./caption-rows.ts";
import { partsNotRun } from "./not-run.ts";
import { isSArena, readSArena } from "./sarena.ts";

/**
 * @param name a `.txt` with a caption a line; a table (`.jsonl`, `.json`, `.csv`, `.tsv`, `.parquet`) of
 * captions, with drawings or without; the folder of MMSVGBench or SArena as they are published; or any
 * source of drawings that `data.source` may name.
 * @throws SourceError where nothing can be read.
 * @example
 * const { items } = await readBenchmark("captions.txt");
 * console.log(items.map(({ caption }) => caption));
 */
export async function readBenchmark(name: string): Promise<Benchmark> {
  const left: BadRow[] = [];
  const read = await itemsOf(name, (bad) => left.push(bad));
  const items = withOwnIds(read.slice(0, mostItems));
  const notRun = partsNotRun(name);
  if (items.length > 0) return { name: basename(name), items, left, notRun };
  const [first] = left;
  const why = first === undefined ? "" : `: ${first.place}: ${first.reason}`;
  throw new SourceError(`${name}: there is no caption in it${why}`);
}

async function itemsOf(name: string, onBad: (bad: BadRow) => void): Promise<BenchmarkItem[]> {
  const stats = statSync(name, { throwIfNoEntry: false });
  if (stats?.isFile() === true && /\.(txt|md)$/i.test(name)) return captionLines(name);
  if (stats?.isFile() === true && /\.(jsonl|ndjson|json|csv|tsv|parquet|pq|arrow)$/i.test(name)) {
    return captionRows(name, onBad);
  }
  if (stats?.isDirectory() === true) {
    if (isSArena(name)) return readSArena(name, onBad);
    const shards = mmsvgBenchFiles(name);
    if (shards.length > 0) {
      const items: BenchmarkItem[] = [];
      for (const file of shards) items.push(...(await captionRows(file, onBad)));
      return items;
    }
    const notRun = partsNotRun(name);
    if (notRun.length > 0) throw new SourceError(`${name}: ${notRun.join("; ")}`);
  }
  return drawnItems(name, onBad);
}

/** Of MMSVGBench (OmniSVG/MMSVGBench): `data/text2svg-00000-of-00001.parquet`, with `text` and `type`. */
function mmsvgBenchFiles(folder: string): string[] {
  const shard = /^text2svg(-\d+-of-\d+)?\.parquet$/;
  return [folder, join(folder, "data")].flatMap((each) => {
    if (statSync(each, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    const names = readdirSync(each).filter((name) => shard.test(name));
    return names.sort().map((name) => join(each, name));
  });
}

async function drawnItems(name: string, onBad: (bad: BadRow) => void): Promise<BenchmarkItem[]> {
  const items: BenchmarkItem[] = [];
  for await (const { id, captions, svg } of openSource(name).rows(onBad)) {
    items.push(itemOf(id, captions[0] ?? id, svg, null));
    if (items.length === mostItems) break;
  }
  return items;
}

/** Two of one id would be the same file; rows without one have their place, as other systems count. */
function withOwnIds(items: readonly BenchmarkItem[]): BenchmarkItem[] {
  const seen = new Map<string, number>();
  return items.map((item, place) => {
    const id = item.id === "" ? String(place) : item.id;
    const times = seen.get(id) ?? 0;
    seen.set(id, times + 1);
    return { ...item, place, id: times === 0 ? id : `${id}~${times + 1}` };
  });
}
