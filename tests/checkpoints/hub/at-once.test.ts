/** Progress, downloads side by side, and disks that take no more. */

import { spawn } from "node:child_process";
import { lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type HubProgress, resolveModel } from "../../../checkpoints/index.ts";
import { skipTest } from "../../testing/skip.ts";
import { productModule, scriptArguments } from "../../testing/started.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import {
  blobsIn,
  type Context,
  config,
  hubSuite,
  id,
  impatient,
  isWeights,
  options,
  refuses,
  weights,
} from "./tiny-hub.ts";

const hubs = hubSuite("many calls at once, and disks that are full");

hubs("progress rises to the whole, and counts what was there", async (context) => {
  const seen: HubProgress[] = [];
  await resolveModel(id, options(context, { onProgress: (progress) => seen.push(progress) }));
  const total = config.length + "{}".length + weights.length;
  assert.ok(seen.every((each) => each.total === total));
  assert.ok(seen.every((each, i) => i === 0 || each.received >= seen[i - 1]!.received));
  assert.is(seen.at(-1)!.received, total);
  assert.ok(seen.length > 5);
  seen.length = 0;
  await resolveModel(id, options(context, { onProgress: (progress) => seen.push(progress) }));
  assert.is(seen.at(-1)!.received, total);
});

hubs("many at once receive a file once and all get it", async (context) => {
  const all = Array.from({ length: 6 }, () => resolveModel(id, options(context)));
  for (const { folder } of await Promise.all(all)) assert.ok(isWeights(folder));
  const sent = context.hub.requestsFor("model.safetensors").filter(({ host }) => host === "files");
  assert.is(sent.length, 1);
});

const script = (context: Context) => `
  const { resolveModel } = await import(${JSON.stringify(productModule("checkpoints/index"))});
  try {
    const { folder } = await resolveModel(${JSON.stringify(id)}, ${JSON.stringify(options(context, { patience: { ...impatient, attempts: 50, stall: 2000 } }))});
    console.log(folder);
  } catch (error) {
    console.log(error.name, error.code, error.subject);
  }`;

function run(context: Context, shell = 'exec "$0"') {
  const node = [process.execPath, ...scriptArguments, "--input-type=module", "-e", script(context)];
  const child = spawn("sh", ["-c", `${shell} "$@"`, ...node], {
    env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  const ended = new Promise<string>((resolve) => child.on("close", () => resolve(output.trim())));
  return { child, ended };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

hubs("processes at once do not spoil each other's file", async (context) => {
  context.hub.faults.set("model.safetensors", [
    { kind: "cut", after: 1_000_000 },
    { kind: "cut", after: 700_000 },
  ]);
  const folders = await Promise.all([run(context).ended, run(context).ended]);
  for (const folder of folders) assert.ok(isWeights(folder), folder);
  assert.is(blobsIn(context.cache).length, 3);
});

hubs(
  "a process that is killed while it receives leaves what the next goes on with",
  async (context) => {
    const { hub } = context;
    hub.faults.set("model.safetensors", [
      { kind: "cut", after: 1_500_000 },
      ...Array(40).fill({ kind: "silent" }),
    ]);
    const { child, ended } = run(context);
    await until(() => hub.requestsFor("model.safetensors").length >= 4);
    child.kill("SIGKILL");
    await ended;
    hub.faults.clear();
    hub.requests.length = 0;
    assert.ok(isWeights((await resolveModel(id, options(context))).folder));
    const last = hub.requestsFor("model.safetensors").at(-1)!;
    assert.match(last.range ?? "", /^bytes=\d{6,}-$/);
  },
);

hubs("a disk that takes no more is said to be full", async (context) => {
  if (process.platform === "win32") {
    skipTest("file-size limit: this platform has no ulimit");
    return;
  }
  const { ended } = run(context, 'ulimit -f 1024; exec "$0"');
  const [name, code, path] = (await ended).split(" ");
  assert.is(name, "HubError");
  assert.is(code, "disk-full");
  assert.match(path!, /blobs/);
});

hubs("a cache that may not be written is named", async (context) => {
  const cache = join(temporaryFolder(), "a-file");
  writeFileSync(cache, "");
  await refuses(
    resolveModel(id, options(context, { cacheFolder: cache })),
    "cache",
    /HF_HUB_CACHE/,
  );
  assert.ok(lstatSync(cache).isFile());
});

hubs.run();
