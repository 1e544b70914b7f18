/** `pathloom train --train.mesh` on the processor's devices: what one device learns, stopped or not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { stepFolder } from "../../checkpoints/index.ts";
import { whyUnavailable } from "../../engine/xla/index.ts";
import { isBrief } from "../engine/brief.ts";
import { report } from "../testing/report.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const why = whyUnavailable();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED meshes by the command line: ${why}`);

const folder = temporaryFolder();
const recipe = tinyRecipe(folder, {
  model: "{ layers: 1, hiddenSize: 32, heads: 4, contextLength: 96 }",
});
const runs = join(folder, "runs");
const steps = 3;
const train = [
  ...["train", "--config", recipe, "--runs", runs, "--report.logEvery", "1"],
  // Constant, so that a run of few steps is the beginning of one of more.
  ...["--train.schedule", "constant", "--train.engine", "xla", "--generate.samples", "0"],
  // Without evaluations, whose program takes as long to compile as the others.
  ...["--data.heldOut", "0", "--train.evalEvery", "null"],
];

interface Trained {
  /** By step. */
  readonly losses: readonly number[];
  readonly weights: Buffer;
  /** What was told meanwhile. */
  readonly told: string;
}

/**
 * @param mesh as the command line takes it; null for one device.
 * @param stops the steps at which it ends and is gone on with.
 */
async function trained(
  name: string,
  mesh: string | null,
  stops: readonly number[] = [steps],
): Promise<Trained> {
  const divided = mesh === null ? [] : ["--train.mesh", mesh];
  let told = "";
  for (const [part, stop] of stops.entries()) {
    const how = ["--run", name, "--train.steps", String(stop), ...(part === 0 ? [] : ["--resume"])];
    const ended = await pathloom([...train, ...divided, ...how]);
    assert.is(ended.code, 0, ended.stderr);
    told += ended.stderr;
  }
  return { ...readRun(name), told };
}

function readRun(name: string): Omit<Trained, "told"> {
  const lines = readFileSync(join(runs, name, "log.jsonl"), "utf8")
    .trim()
    .split("\n");
  const events = lines.map((line) => JSON.parse(line) as { kind: string; loss: number });
  const last = stepFolder(join(runs, name, "checkpoints"), steps);
  return {
    losses: events.filter(({ kind }) => kind === "step").map(({ loss }) => loss),
    weights: readFileSync(join(last, "model.safetensors")),
  };
}

const apart = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, loss, i) => Math.max(most, Math.abs(loss - b[i]!)), 0);

const sharded = "{data: 4, sharded: true}";

whenThere("two devices, and parameters sharded over four, learn what one does", async () => {
  const alone = await trained("alone", null);
  assert.is(alone.losses.length, steps);
  for (const [name, mesh, said] of [
    ["two", "{data: 2}", "2 x 1 devices"],
    ["sharded", sharded, "4 x 1 devices (data x model), fully sharded"],
    ...(isBrief("xla") ? [] : ([["four", "{data: 2, model: 2}", "2 x 2 devices"]] as const)),
  ] as const) {
    const divided = await trained(name, mesh);
    assert.ok(divided.told.includes(said), divided.told);
    const difference = apart(divided.losses, alone.losses);
    report(`train --train.mesh "${mesh}": losses ${difference} from one device's`);
    assert.is(divided.losses.length, steps);
    assert.ok(difference < 1e-5, `${mesh}: losses ${difference} apart`);
  }
});

whenThere("a sharded run that was stopped and gone on with ends in the very weights", async () => {
  const whole = readRun("sharded");
  const stopped = await trained("stopped", sharded, [2, steps]);
  assert.equal(stopped.losses, whole.losses);
  assert.equal(stopped.weights, whole.weights);
});

whenThere("more devices than rows can be dealt out among are refused by the key", async () => {
  const { code, stderr } = await pathloom([
    ...train,
    "--run",
    "three",
    "--train.mesh",
    "{data: 3}",
  ]);
  assert.is(code, 2);
  assert.match(stderr, /--train\.mesh: data: expected a divisor of batchSize 4, but found 3/);
});

test.run();
