/** A run goes on as it began: with its configuration, its drawings, its model, or not at all. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeManifest } from "../../checkpoints/files/manifest.ts";
import { stepFolder } from "../../checkpoints/index.ts";
import { type Config, configToYaml, loadConfig, parseConfig } from "../../src/config/index.ts";
import { readLog } from "../../src/report/index.ts";
import { type BegunRun, beginRun } from "../../src/runs/begin-run.ts";
import { type RunStart, runPaths, train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

interface Trained {
  readonly folder: string;
  readonly icons: string;
  readonly config: Config;
}

/** Six steps, saved at 2, 4 and 6, with the library's train() alone. */
async function trained(change: (config: Config) => Config = (config) => config): Promise<Trained> {
  const place = temporaryFolder();
  const config = change(loadConfig(tinyRecipe(place)));
  const folder = join(place, "run");
  await train({ config, folder, resume: false });
  return { folder, icons: join(place, "icons"), config };
}

async function resumed(folder: string, config: Config) {
  const notices: string[] = [];
  const starts: RunStart[] = [];
  const result = await train({
    config,
    folder,
    resume: true,
    observer: { onNotice: (text) => notices.push(text), onStart: (start) => starts.push(start) },
  });
  return { notices, start: starts[0]!, result };
}

async function refused(folder: string, config: Config): Promise<Error> {
  try {
    await resumed(folder, config);
  } catch (error) {
    return error as Error;
  }
  throw new Error("the run went on");
}

const withSteps = (config: Config, steps: number): Config => ({
  ...config,
  train: { ...config.train, steps },
});

const begin = (folder: string, more: Partial<Parameters<typeof beginRun>[0]> = {}) =>
  beginRun({
    configFile: undefined,
    overrides: [],
    name: "run",
    ask: undefined,
    fresh: false,
    resume: true,
    runs: join(folder, ".."),
    ...more,
  });

async function refusal(begun: Promise<BegunRun | null>): Promise<string> {
  try {
    await begun;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the run was begun");
}

test("train() alone leaves a whole run: its configuration, its log, no lock", async () => {
  const { folder, config } = await trained();
  const paths = runPaths(folder);
  const yaml = readFileSync(paths.config, "utf8");
  assert.equal(parseConfig(yaml, paths.config), config);
  const log = readLog(paths.log);
  assert.is(log.filter(({ kind }) => kind === "step").at(-1)?.step, 6);
  assert.ok(log.some(({ kind }) => kind === "evaluation"));
  assert.not(existsSync(join(folder, "run.lock")));
  // The command line goes on with it.
  const run = await begin(folder, { overrides: [{ path: "train.steps", text: "8" }] });
  run?.lock.release();
  assert.equal([run?.resume, run?.config.train.steps], [true, 8]);
});

test("train() refuses a folder that holds a run, or other things, and a run that is trained", async () => {
  const { folder, config } = await trained();
  const begins = () => train({ config, folder, resume: false });
  await begins().then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /already holds a run; go on with it/),
  );
  const other = temporaryFolder();
  writeFileSync(join(other, "thesis.txt"), "x");
  await train({ config, folder: other, resume: false }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /other things than a run/),
  );
  const holder = await begin(folder);
  await train({ config, folder, resume: true }).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /is training this run/),
  );
  holder?.lock.release();
});

test("a finished run that is resumed tells its last evaluation once, and rewrites nothing", async () => {
  const { folder, config } = await trained();
  const { log, config: yaml } = runPaths(folder);
  const before = [readFileSync(log, "utf8"), statSync(log).ino, statSync(yaml).ino];
  await resumed(folder, config);
  assert.equal([readFileSync(log, "utf8"), statSync(log).ino, statSync(yaml).ino], before);
});

test("a configuration that was edited is refused, even where its file was edited too", async () => {
  const { folder, config } = await trained();
  const edited = { ...config, train: { ...config.train, lr: 0.5 } };
  assert.match((await refused(folder, edited)).message, /train\.lr is .* but 0\.5 is asked for/);
  writeFileSync(runPaths(folder).config, configToYaml(edited));
  const error = await refused(folder, edited);
  assert.is(error.name, "ConfigError");
  assert.match(error.message, /train\.lr is 0\.\d+ in this run, but 0\.5 in its config\.yaml/);
});

test("drawings that were added, or changed, are refused with the difference and the way on", async () => {
  const { folder, icons, config } = await trained();
  copyFileSync("node_modules/lucide-static/icons/mouse.svg", join(icons, "mouse.svg"));
  const more = await refused(folder, withSteps(config, 8));
  assert.is(more.name, "CorpusChangedError");
  const [, now, before] =
    /: (\d+ to train on and \d+ held out), but the run was begun with (\d+ to train on and \d+ held out); .*put them back/.exec(
      more.message,
    ) ?? [];
  assert.ok(now !== undefined && before !== undefined && now !== before, more.message);
  rmSync(join(icons, "mouse.svg"));
  const svg = readFileSync(join(icons, "x.svg"), "utf8");
  writeFileSync(join(icons, "x.svg"), svg.replace('stroke-width="2"', 'stroke-width="3"'));
  assert.match((await refused(folder, withSteps(config, 8))).message, /other ones/);
  writeFileSync(join(icons, "x.svg"), svg);
  assert.is((await resumed(folder, withSteps(config, 8))).result.step, 8);
});

test("an empty or partial config.yaml of a run is refused instead of filled with defaults", async () => {
  const { folder } = await trained();
  const { config } = runPaths(folder);
  const whole = readFileSync(config, "utf8");
  truncateSync(config);
  assert.match(await refusal(begin(folder)), /not the whole configuration .* it is empty/);
  writeFileSync(config, whole.slice(0, whole.indexOf("\nmodel:") + 1));
  assert.match(await refusal(begin(folder)), /it has no model, no train, no generate/);
  writeFileSync(config, whole);
  (await begin(folder))?.lock.release();
});

test("the saved model's shape is held against the configuration", async () => {
  const { folder, config } = await trained();
  // As an earlier version saved it, which kept nothing of its origin.
  const newest = stepFolder(runPaths(folder).checkpoints, 6);
  const state = join(newest, "training_state.json");
  const { origin, ...rest } = JSON.parse(readFileSync(state, "utf8"));
  assert.is(origin.config.model.hiddenSize, 16);
  for (const file of [state, join(newest, "checkpoint.json")]) rmSync(file);
  writeFileSync(state, JSON.stringify(rest));
  writeManifest(newest, new Map());
  const wider = { ...config, model: { ...config.model, hiddenSize: 32, heads: 2 } };
  writeFileSync(runPaths(folder).config, configToYaml(wider));
  assert.match(
    (await refused(folder, wider)).message,
    /hiddenSize is 16 in the model that this run saved, but 32 by its/,
  );
});

test("a damaged newest checkpoint is passed over by name, and the step is that of what is opened", async () => {
  const { folder, config } = await trained();
  const newest = stepFolder(runPaths(folder).checkpoints, 6);
  appendFileSync(join(newest, "optimizer.safetensors"), "x");
  const { notices, start, result } = await resumed(folder, config);
  assert.match(notices.join("\n"), /passed over checkpoint .*step-000006: optimizer\.safetensors/);
  assert.ok(start.resumedAt > 0 && start.resumedAt < 6, `${start.resumedAt}`);
  assert.is(result.step, 6);
  const steps = readLog(runPaths(folder).log).filter(({ kind }) => kind === "step");
  assert.is(new Set(steps.map(({ step }) => step)).size, steps.length);
});

test("a run that was killed before its first checkpoint is begun by resuming it", async () => {
  const place = temporaryFolder();
  const config = loadConfig(tinyRecipe(place));
  const folder = join(place, "run");
  (await begin(folder, { resume: false, configFile: join(place, "tiny.yaml") }))?.lock.release();
  const run = await begin(folder);
  run?.lock.release();
  assert.is(run?.resume, false);
  assert.match(run?.note ?? "", /beginning at step 1/);
  assert.is((await resumed(folder, config)).result.step, 6);
});

test("a flag for the time is for its session alone", async () => {
  const { folder, config } = await trained();
  const overrides = [
    { path: "train.minutes", text: "0.5" },
    { path: "train.steps", text: "100000" },
  ];
  const run = await begin(folder, { overrides });
  run?.lock.release();
  assert.is(run?.minutes, 0.5);
  assert.is(run?.config.train.minutes, config.train.minutes);
  assert.match(readFileSync(runPaths(folder).config, "utf8"), /\n {2}minutes: null\n/);
  // A session of two seconds makes steps though the run took longer than that before.
  const result = await train({ ...run!, lock: undefined as never, minutes: 2 / 60 }).catch(String);
  assert.ok(typeof result === "object" && result.outcome === "out of time" && result.step > 6);
});

test.run();
