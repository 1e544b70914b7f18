/**
 * What each pass of the engine `onnx` gains a training step, and what other sizes than those of
 * engine/onnx/tuning.ts would give: steps of the same model with one thing changed, in turn with the
 * step as it is. Figures are of the fastest rounds, which other work on the machine hits least.
 *
 *   node --import tsx bench/passes.ts                          the passes, shape quickstart
 *   node --import tsx bench/passes.ts --sizes --shape gpt2-12m --threads 1 --rounds 20
 *   node --import tsx bench/passes.ts --write                  into docs/onnx.md, with --sizes its other table
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { OnnxEngine, type OnnxEngineOptions } from "../engine/onnx/index.ts";
import { passes } from "../engine/onnx/optimise/index.ts";
import { type Tuning, tuningFor } from "../engine/onnx/tuning.ts";
import { benchShape, inTurn, median, trainWorkload, wallSeconds } from "../src/bench/index.ts";
import { busyShare, isQuiet, machineName, today } from "./measuring/machine.ts";
import { percent, table, withSection } from "./measuring/page.ts";
import { root } from "./measuring/program.ts";

const { values } = parseArgs({
  options: {
    shape: { type: "string", default: "quickstart" },
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "9" },
    sizes: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const [threads, rounds] = [Number(values.threads), Number(values.rounds)];
const now = tuningFor(threads);
const asItIs = "as it is";

const busy = await busyShare();
const changes = values.sizes ? otherSizes() : withoutPasses();
const workloads = Object.entries({ [asItIs]: {}, ...changes }).map(([name, options]) => {
  const engine = new OnnxEngine({ threads, ...options });
  return {
    name,
    engine,
    work: trainWorkload(engine, benchShape(values.shape), { adapters: false }),
  };
});
const seconds = await inTurn(
  Object.fromEntries(
    workloads.map(({ name, work }) => [name, () => wallSeconds(() => work.run(1))]),
  ),
  { rounds, warmUpRounds: 2 },
);
const fastest = (name: string) => Math.min(...seconds[name]!);
const others = isQuiet(busy) ? "" : `, others computing on ${percent(busy, 0)} of the cores`;
const { summary } = workloads[0]!.engine.describe();
const section = `A step of ${values.shape}, ${rounds} rounds, ${today()} (${machineName()}; ${summary}${others}):

${table(
  ["step", "fastest, ms", "median, ms", "fastest by that as it is"],
  workloads.map(({ name }) => [
    name,
    (1000 * fastest(name)).toFixed(1),
    (1000 * median(seconds[name]!)).toFixed(1),
    (fastest(name) / fastest(asItIs)).toFixed(2),
  ]),
)}`;
console.log(section);
if (values.write) {
  const page = join(root, "docs", "onnx.md");
  const part = values.sizes ? "sizes" : "passes";
  writeFileSync(page, withSection(readFileSync(page, "utf8"), part, section));
}
for (const { engine } of workloads) engine.dispose();

function withoutPasses(): Record<string, OnnxEngineOptions> {
  const all = passes.map(({ name }) => name);
  return Object.fromEntries([
    ...all.map((name) => [`without ${name}`, { withoutPasses: [name] }]),
    ["without all three", { withoutPasses: all }],
    ["without the runtime's layout for pictures", { withoutOperators: ["nchwc"] }],
  ]);
}

/** Halves and doubles, and what turns an estimate round. */
function otherSizes(): Record<string, OnnxEngineOptions> {
  const { loops, tiles, layout } = now;
  const changed = (part: Partial<Tuning>) => ({ tuning: { ...now, ...part } });
  const byFactor = (name: string, change: (factor: number) => Partial<Tuning>) =>
    [0.25, 0.5, 2, 4].map((factor) => [`${name} x ${factor}`, changed(change(factor))]);
  return Object.fromEntries([
    ...byFactor("loops.blockElements", (factor) => ({
      loops: { ...loops, blockElements: factor * loops.blockElements },
    })),
    ...byFactor("tiles.tileElements", (factor) => ({
      tiles: { ...tiles, tileElements: factor * tiles.tileElements },
    })),
    ["loops.sumsRows turned", changed({ loops: { ...loops, sumsRows: !loops.sumsRows } })],
    ...[0.8, 1.25].map((factor) => [
      `layout.speed.blockedProduct x ${factor}`,
      changed({
        layout: {
          ...layout,
          speed: { ...layout.speed, blockedProduct: factor * layout.speed.blockedProduct },
        },
      }),
    ]),
  ]);
}
