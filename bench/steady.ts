/**
 * Whether memory stays as it is over a long training: tensors of the engine at every step, and what the
 * process holds as means of windows of steps. Garbage is collected before each reading: V8 lets its heap
 * grow for hundreds of steps where nothing is lost, by which readings swing.
 *
 *   node --import tsx bench/steady.ts                          xla, openvino and onnx, 500 steps each
 *   node --import tsx bench/steady.ts --engines xla --steps 300 --threads 1
 *   node --import tsx bench/steady.ts --write                  into docs/engines.md
 *
 * Each engine has a process of its own. The early window is of the second fifth of the steps, the late one
 * of the last. Ends with 1 where tensors are not flat, or the late window holds over 2 % more than the early.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type EngineChoice, registrationOf, startEngine } from "../engine/index.ts";
import { benchShape, trainWorkload } from "../src/bench/index.ts";
import { busyShare, isQuiet, machineName, today } from "./measuring/machine.ts";
import { count, percent, table, withSection } from "./measuring/page.ts";
import { outputOf, root } from "./measuring/program.ts";

const engines = ["xla", "openvino", "onnx"] as const;
type Name = (typeof engines)[number];

const { values: flags } = parseArgs({
  options: {
    engines: { type: "string", default: engines.join(",") },
    /** Of the process that measures one. */
    one: { type: "string" },
    shape: { type: "string", default: "quickstart" },
    steps: { type: "string", default: "500" },
    threads: { type: "string", default: "2" },
    write: { type: "boolean", default: false },
  },
});
const steps = Number(flags.steps);

/** That the late window may hold more than the early one. */
const mayGrow = 0.02;

/** Of the engine's tensors the fewest and the most that any step left, after the first window. */
interface Steadiness {
  readonly summary: string;
  readonly buffers: readonly [fewest: number, most: number];
  readonly bytes: readonly [fewest: number, most: number];
  readonly objects: readonly [fewest: number, most: number];
  /** Means of the windows. */
  readonly early: number;
  readonly late: number;
}

if (flags.one === undefined) await measureAll();
else console.log(JSON.stringify(await measure(flags.one as EngineChoice)));

async function measure(name: EngineChoice): Promise<Steadiness> {
  const { engine } = await startEngine(name, { threads: Number(flags.threads) });
  const work = trainWorkload(engine, benchShape(flags.shape), { adapters: false });
  const resident: number[] = [];
  const held = { buffers: [] as number[], bytes: [] as number[], objects: [] as number[] };
  for (let step = 0; step < steps; step++) {
    work.run(1);
    globalThis.gc?.();
    resident.push(process.memoryUsage.rss());
    const { buffers, bytes } = engine.memory();
    held.buffers.push(buffers);
    held.bytes.push(bytes);
    held.objects.push(engine.runtimeObjects);
  }
  const { summary } = engine.describe();
  work.dispose();
  engine.dispose();
  const window = steps / 5;
  const ends = (values: readonly number[]) => {
    const settled = values.slice(window);
    return [Math.min(...settled), Math.max(...settled)] as const;
  };
  return {
    summary,
    buffers: ends(held.buffers),
    bytes: ends(held.bytes),
    objects: ends(held.objects),
    early: mean(resident.slice(window, 2 * window)),
    late: mean(resident.slice(4 * window)),
  };
}

async function measureAll(): Promise<void> {
  const busy = await busyShare();
  const rows: string[][] = [];
  let isSteady = true;
  const summaries: string[] = [];
  for (const name of flags.engines.split(",") as Name[]) {
    const why = await registrationOf(name).whyUnavailable();
    if (why !== null) {
      console.log(`SKIPPED ${name}: ${why}`);
      continue;
    }
    const { shape, threads } = flags;
    const program = [
      "--expose-gc",
      "--import",
      "tsx",
      join(root, "bench", "steady.ts"),
      "--one",
      name,
    ];
    const how = ["--shape", shape, "--steps", String(steps), "--threads", threads];
    const text = await outputOf([...program, ...how], { label: name });
    const found = JSON.parse(text) as Steadiness;
    const flat = ([fewest, most]: readonly [number, number]) => fewest === most;
    const grown = found.late / found.early - 1;
    isSteady &&= [found.buffers, found.bytes, found.objects].every(flat) && grown <= mayGrow;
    console.log(`${name}: ${percent(grown, 1)} more in the late window, ${found.late} bytes`);
    summaries.push(found.summary);
    rows.push([
      name,
      range(found.buffers),
      range(found.bytes.map((bytes) => bytes / 1e6)),
      range(found.objects),
      ...[found.early, found.late].map((bytes) => (bytes / 1e6).toFixed(1)),
      percent(grown, 1),
    ]);
  }
  const others = isQuiet(busy) ? "" : `, others computing on ${percent(busy, 0)} of the cores`;
  const windows = [1, 2, 4, 5].map((fifth) => (fifth * steps) / 5);
  const section = `${steps} steps of ${flags.shape} by \`node --import tsx bench/steady.ts\`, ${today()} (${machineName()}; ${summaries.join("; ")}${others}). *Tensors* are the engine's, *objects* those of its library, fewest to most after any step; *resident* is what the process holds when garbage is collected, the mean after the steps of a window:

${table(
  [
    ...["engine", "tensors", "MB of tensors", "objects"],
    `resident, steps ${windows[0]} to ${windows[1]}, MB`,
    `steps ${windows[2]} to ${windows[3]}`,
    "difference",
  ],
  rows,
)}`;
  console.log(section);
  if (flags.write) {
    const page = join(root, "docs", "engines.md");
    writeFileSync(page, withSection(readFileSync(page, "utf8"), "steady", section));
  }
  if (!isSteady) {
    console.error("not steady: tensors are to be flat, and no more than 2 % may be added");
    process.exitCode = 1;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

/** One number where both are the same. */
function range(ends: readonly number[]): string {
  const [fewest, most] = ends.map((value) => count(Number(value.toFixed(1))));
  return fewest === most ? fewest! : `${fewest} to ${most}`;
}
