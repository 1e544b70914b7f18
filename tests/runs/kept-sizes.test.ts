/** A run goes on by the sizes that its engine began with, whatever the machine would choose by then. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { type RunStart, runPaths, train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

// The suite measures nothing otherwise.
delete process.env.PATHLOOM_TUNING;

const engines = process.env.PATHLOOM_ENGINES;
test.after(() => {
  if (engines === undefined) delete process.env.PATHLOOM_ENGINES;
  else process.env.PATHLOOM_ENGINES = engines;
});

/** The name of the file in which this machine keeps the sizes for one thread. */
async function nameOfFile(): Promise<string> {
  process.env.PATHLOOM_ENGINES = temporaryFolder();
  const { engine } = await startEngine("onnx", { threads: 1, sizes: "measured" });
  engine.dispose();
  return readdirSync(join(process.env.PATHLOOM_ENGINES, "onnx-sizes"))[0]!;
}

/** As a machine that has measured this. */
function machineWith(name: string, sizes: Readonly<Record<string, number>>): void {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "onnx-sizes"));
  writeFileSync(join(folder, "onnx-sizes", name), JSON.stringify(sizes));
  process.env.PATHLOOM_ENGINES = folder;
}

test("sizes are kept in the run's folder, and another machine's take no part in going on", async () => {
  const name = await nameOfFile();
  const place = temporaryFolder();
  const recipe = loadConfig(tinyRecipe(place));
  const config = { ...recipe, train: { ...recipe.train, engine: "onnx" as const, threads: 1 } };
  const folder = join(place, "run");
  const longer = { ...config, train: { ...config.train, steps: 8 } };
  const begunWith = async (resume: boolean) => {
    const starts: RunStart[] = [];
    const observer = { onStart: (start: RunStart) => starts.push(start) };
    await train({ config: resume ? longer : config, folder, resume, observer });
    return starts[0]!.engine.sizes;
  };
  machineWith(name, { "loops.sumsRows": 0, "tiles.tileElements": 4096 });
  const first = await begunWith(false);
  assert.equal(first, { "loops.sumsRows": 0, "tiles.tileElements": 4096 });
  const { sizes: file } = runPaths(folder);
  assert.equal(JSON.parse(readFileSync(file, "utf8")), first);
  machineWith(name, { "tiles.tileElements": 8192 });
  assert.equal(await begunWith(true), first);

  writeFileSync(file, '{"loops.sumsRows": "no"}');
  const refusal = await begunWith(true).catch((error: unknown) => error);
  assert.instance(refusal, UsageError);
  assert.match((refusal as Error).message, /sizes\.json: these are not the sizes that/);
});

test("a run that began by what is built in has no such file, and goes on so", async () => {
  const name = await nameOfFile();
  const place = temporaryFolder();
  const recipe = loadConfig(tinyRecipe(place));
  const config = { ...recipe, train: { ...recipe.train, engine: "onnx" as const, threads: 1 } };
  const folder = join(place, "run");
  machineWith(name, {});
  await train({ config, folder, resume: false });
  assert.not.ok(existsSync(runPaths(folder).sizes));
  machineWith(name, { "tiles.tileElements": 8192 });
  const starts: RunStart[] = [];
  const longer = { ...config, train: { ...config.train, steps: 8 } };
  const observer = { onStart: (start: RunStart) => starts.push(start) };
  await train({ config: longer, folder, resume: true, observer });
  assert.is(starts[0]!.engine.sizes, undefined);
});

test.run();
