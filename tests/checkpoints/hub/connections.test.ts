/** Connections that break, stall and lie. */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { resolveModel } from "../../../checkpoints/index.ts";
import { sha256 } from "./misbehaving-hub.ts";
import {
  blobsIn,
  config,
  hubSuite,
  id,
  impatient,
  isWeights,
  options,
  refuses,
  repositoryIn,
  weights,
} from "./tiny-hub.ts";

const hubs = hubSuite("a Hub that misbehaves");

hubs("a cut connection is gone on with where it broke", async (context) => {
  const { hub } = context;
  hub.faults.set("model.safetensors", [
    { kind: "cut", after: 1_200_000 },
    { kind: "cut", after: 1_100_000 },
  ]);
  const { folder } = await resolveModel(id, options(context));
  assert.ok(isWeights(folder));
  const ranges = hub
    .requestsFor("model.safetensors")
    .filter(({ host }) => host === "files")
    .map(({ range }) => range);
  assert.is(ranges[0], null);
  assert.is(ranges.length, 3);
  assert.ok(ranges.slice(1).every((range) => /^bytes=\d{6,}-$/.test(range ?? "")));
});

hubs("connections that are always cut end in an error that names the attempts", async (context) => {
  const cut = { kind: "cut", after: 0 } as const;
  context.hub.faults.set("model.safetensors", Array(20).fill(cut));
  await refuses(resolveModel(id, options(context)), "unreachable", /3 attempts.*HF_HUB_OFFLINE/);
});

hubs("the next call goes on with what a failed one received", async (context) => {
  const { hub } = context;
  const cut = { kind: "cut", after: 900_000 } as const;
  hub.faults.set("model.safetensors", [cut, { kind: "cut", after: 0 }, { kind: "cut", after: 0 }]);
  await refuses(resolveModel(id, options(context)), "unreachable", /connection/);
  assert.ok(blobsIn(context.cache).some((name) => name.endsWith(".incomplete")));
  const before = hub.requests.length;
  const { folder } = await resolveModel(id, options(context));
  assert.ok(isWeights(folder));
  assert.not.ok(blobsIn(context.cache).some((name) => name.endsWith(".incomplete")));
  const [first] = hub.requests.slice(before).filter(({ path }) => path.endsWith(".safetensors"));
  assert.match(first!.range ?? "", /^bytes=\d{5,}-$/);
});

hubs(
  "the partial file that an older client left is gone on with, once it rests",
  async (context) => {
    const blobs = join(repositoryIn(context.cache), "blobs");
    mkdirSync(blobs, { recursive: true });
    const partial = join(blobs, `${sha256(weights)}.incomplete`);
    writeFileSync(partial, weights.subarray(0, 2_000_000));
    spawnSync("touch", ["-d", "10 minutes ago", partial]);
    const { folder } = await resolveModel(id, options(context));
    assert.ok(isWeights(folder));
    assert.is(context.hub.requestsFor("model.safetensors").at(-1)!.range, "bytes=2000000-");
  },
);

hubs("a server that ignores the range, or sends another, harms nothing", async (context) => {
  for (const fault of ["ignore-range", "wrong-range"] as const) {
    rmSync(repositoryIn(context.cache), { recursive: true, force: true });
    context.hub.faults.set("model.safetensors", [{ kind: "cut", after: 900_000 }, { kind: fault }]);
    const { folder } = await resolveModel(id, options(context));
    assert.ok(isWeights(folder), fault);
  }
});

hubs(
  "wrong sizes are tried once more, then refused, and nothing of them stays",
  async (context) => {
    const wrong = [
      { kind: "too-long" },
      { kind: "other-content", bytes: weights.subarray(1) },
    ] as const;
    for (const fault of wrong) {
      context.hub.faults.set("model.safetensors", [fault, fault]);
      await refuses(resolveModel(id, options(context)), "wrong-size", /3000000 bytes.*Try later/);
      assert.not.ok(blobsIn(context.cache).some((name) => name.endsWith(".incomplete")));
      context.hub.faults.set("model.safetensors", [fault]);
    }
    assert.ok(isWeights((await resolveModel(id, options(context))).folder));
  },
);

hubs("an answer that ends early is gone on with", async (context) => {
  context.hub.faults.set("model.safetensors", [{ kind: "too-short", after: 2_000_000 }]);
  assert.ok(isWeights((await resolveModel(id, options(context))).folder));
  assert.is(context.hub.requestsFor("model.safetensors").at(-1)!.range, "bytes=2000000-");
});

hubs("other content of the right size is tried once more, then refused", async (context) => {
  const other = { kind: "other-content", bytes: weights.toReversed() } as const;
  context.hub.faults.set("model.safetensors", [other, other]);
  await refuses(resolveModel(id, options(context)), "wrong-hash", /sha256/);
  context.hub.faults.set("config.json", []);
  context.hub.faults.set("model.safetensors", [other]);
  assert.ok(isWeights((await resolveModel(id, options(context))).folder));
  const json = {
    kind: "other-content",
    bytes: new TextEncoder().encode(config.replace("a", "b")),
  } as const;
  rmSync(repositoryIn(context.cache), { recursive: true });
  context.hub.faults.set("config.json", [json, json]);
  await refuses(resolveModel(id, options(context)), "wrong-hash", /config\.json.*git-sha1/);
});

hubs("a partial file of wrong bytes is found out and received anew", async (context) => {
  const blobs = join(repositoryIn(context.cache), "blobs");
  mkdirSync(blobs, { recursive: true });
  const partial = join(blobs, `${sha256(weights)}.incomplete`);
  writeFileSync(partial, new Uint8Array(2_000_000));
  spawnSync("touch", ["-d", "10 minutes ago", partial]);
  assert.ok(isWeights((await resolveModel(id, options(context))).folder));
});

hubs("a busy server is waited for, as long as it asks", async (context) => {
  const { hub } = context;
  hub.interfaceFaults.push({ kind: "status", status: 503 });
  hub.faults.set("model.safetensors", [
    { kind: "status", status: 429, headers: { "retry-after": "0" } },
    { kind: "status", status: 500 },
  ]);
  assert.ok(isWeights((await resolveModel(id, options(context))).folder));
  rmSync(repositoryIn(context.cache), { recursive: true });
  hub.interfaceFaults.push(...Array(5).fill({ kind: "status", status: 429 }));
  await refuses(resolveModel(id, options(context)), "busy", /answers 429 \(3 attempts\)/);
});

hubs("a server that is silent or endlessly slow is given up", async (context) => {
  const { hub } = context;
  const asked = options(context, { patience: impatient });
  hub.faults.set("model.safetensors", Array(9).fill({ kind: "drip", milliseconds: 20 }));
  await refuses(resolveModel(id, asked), "unreachable", /too slow after \d+ bytes/);
  hub.faults.set("model.safetensors", []);
  hub.interfaceFaults.push(...Array(9).fill({ kind: "silent" }));
  await refuses(resolveModel(id, asked), "unreachable", /did not answer in time/);
});

hubs.run();
