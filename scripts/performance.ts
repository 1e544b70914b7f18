/**
 * Measures every shape beside PyTorch, in rounds that alternate, and writes docs/performance.md.
 *
 *   npm run bench:performance -- --python .venv            all, about a quarter of an hour
 *   npm run bench:performance -- --python .venv --only generation
 *   npm run bench:performance -- --python .venv --fresh    forgets what was measured before
 *   npm run bench:performance -- --python .venv --full     512 tokens for every generation: an hour
 *
 * Each measurement is a process of its own, and is kept in runs/performance: a run that was stopped
 * goes on where it was, and one of a part measures that part alone. The page is written when nothing
 * is missing. The machine must do nothing else.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Measurement, measurements } from "./performance/measurements.ts";
import { type Measured, performancePage } from "./performance/page.ts";
import { resultSchema } from "./performance/result.ts";

const root = join(import.meta.dirname, "..");
const kept = join(root, "runs", "performance");
const keptSchema = z.object({ date: z.string(), result: resultSchema });

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    fresh: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
  },
});

const all = measurements(values.full);
const wanted = all.filter((each) => nameOf(each).includes(values.only));
if (values.fresh) for (const each of wanted) rmSync(fileOf(each), { force: true });
mkdirSync(kept, { recursive: true });

for (const [i, each] of wanted.entries()) {
  const before = recall(each);
  process.stdout.write(`[${i + 1}/${wanted.length}] ${nameOf(each)} … `);
  const started = performance.now();
  const { result } = before ?? measure(each);
  const seconds = (performance.now() - started) / 1000;
  const took = before === null ? `${seconds.toFixed(0)} s` : "measured before";
  console.log(`${result.ratio.toFixed(2)} times the peer, wanted ${each.ratio} (${took})`);
}

const measured = all.flatMap((each): Measured[] => {
  const found = recall(each);
  return found === null ? [] : [{ ...each, ...found }];
});
if (measured.length < all.length) {
  console.log(`${measured.length} of ${all.length} are measured; docs/performance.md stays`);
} else {
  const tried = readFileSync(join(root, "scripts", "performance", "tried.md"), "utf8");
  const page = performancePage({ measured, machine: machine(), tried });
  writeFileSync(join(root, "docs", "performance.md"), page);
  console.log("wrote docs/performance.md");
}

function nameOf({ title, threads }: Measurement): string {
  return `${title}, ${threads === 1 ? "1 thread" : `${threads} threads`}`;
}

function argumentsOf({ args, threads }: Measurement): string[] {
  return [...args, "--engine", "onnx", "--threads", String(threads), "--rounds", values.rounds];
}

/** Another command is another measurement. */
function fileOf(each: Measurement): string {
  const digest = createHash("sha256").update(argumentsOf(each).join(" ")).digest("hex");
  return join(kept, `${digest.slice(0, 16)}.json`);
}

function recall(each: Measurement): z.infer<typeof keptSchema> | null {
  const file = fileOf(each);
  return existsSync(file) ? keptSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
}

function measure(each: Measurement): z.infer<typeof keptSchema> {
  const program = join(root, "dist", "src", "cli", "main.js");
  const peer = ["--peer", "python", "--python", values.python, "--json"];
  const args = [program, "bench", ...argumentsOf(each), ...peer];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${nameOf(each)}: ${stderr.trim()}`);
  const found = {
    date: new Date().toISOString().slice(0, 10),
    result: resultSchema.parse(JSON.parse(stdout)),
  };
  writeFileSync(fileOf(each), JSON.stringify(found));
  return found;
}

function machine(): string {
  const cores = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const model = cores[0]!.model.trim();
  return `${model}, ${cores.length} cores, ${memory}, ${type()} ${release()}, Node ${process.versions.node}`;
}
