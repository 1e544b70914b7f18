/** Which files of a model come, from where. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type HubProgress, resolveModel } from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { commit, gitSha1, sha256 } from "./misbehaving-hub.ts";
import {
  config,
  files,
  hubSuite,
  id,
  isWeights,
  options,
  refuses,
  repositoryIn,
  weights,
} from "./tiny-hub.ts";

const hubs = hubSuite("models of the Hub");

hubs("a folder is what it is, and nothing is asked", async (context) => {
  const folder = temporaryFolder();
  assert.equal(await resolveModel(folder, options(context)), { folder, revision: null });
  assert.is(context.hub.requests.length, 0);
});

hubs(
  "a model comes in Hugging Face's cache layout, without what it does not need",
  async (context) => {
    const { folder, revision } = await resolveModel(id, options(context));
    assert.is(revision, commit);
    const repository = repositoryIn(context.cache);
    assert.is(folder, join(repository, "snapshots", commit));
    assert.equal(readdirSync(folder).sort(), [
      "config.json",
      "model.safetensors",
      "tokenizer.json",
    ]);
    assert.is(readFileSync(join(repository, "refs/main"), "utf8"), commit);
    const bytes = new TextEncoder().encode(config);
    assert.is(readlinkSync(join(folder, "config.json")), `../../blobs/${gitSha1(bytes)}`);
    assert.is(readlinkSync(join(folder, "model.safetensors")), `../../blobs/${sha256(weights)}`);
    assert.is(readFileSync(join(folder, "config.json"), "utf8"), config);
    assert.ok(isWeights(folder));
  },
);

hubs("what is there is not received again", async (context) => {
  await resolveModel(id, options(context));
  const before = context.hub.requests.length;
  await resolveModel(id, options(context));
  const later = context.hub.requests.slice(before);
  assert.ok(later.every(({ path }) => path.startsWith("/api/")));
});

hubs("files that are asked for by name come alone, also from folders", async (context) => {
  context.hub.add(id, { files: { ...files, "onnx/notes.txt": "a note" } });
  const asked = ["onnx/notes.txt"];
  const { folder } = await resolveModel(id, options(context, { files: asked }));
  assert.equal(readdirSync(folder), ["onnx"]);
  assert.is(readFileSync(join(folder, "onnx/notes.txt"), "utf8"), "a note");
});

hubs("of a sharded model the shards that its index names come", async (context) => {
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const index = JSON.stringify({ metadata: {}, weight_map: { a: shards[0], b: shards[1] } });
  const sharded = {
    "config.json": config,
    "model.safetensors.index.json": index,
    [shards[0]!]: weights.subarray(0, 1000),
    [shards[1]!]: weights.subarray(1000, 3000),
    "consolidated.safetensors": weights,
  };
  context.hub.add(id, { files: sharded, large: shards });
  const seen: HubProgress[] = [];
  const onProgress = (progress: HubProgress) => seen.push(progress);
  const { folder } = await resolveModel(id, options(context, { onProgress }));
  assert.is(new Set(seen.map(({ total }) => total)).size, 1);
  assert.is(seen.at(-1)!.received, seen[0]!.total);
  const names = ["config.json", ...shards, "model.safetensors.index.json"];
  assert.equal(readdirSync(folder).sort(), names.sort());
});

hubs("an index that names what is not there, or leads elsewhere, is refused", async (context) => {
  const withShard = (shard: string) => ({
    "config.json": config,
    "model.safetensors.index.json": JSON.stringify({ weight_map: { a: shard } }),
  });
  context.hub.add(id, { files: withShard("model-00001-of-00001.safetensors") });
  await refuses(
    resolveModel(id, options(context)),
    "incomplete-repository",
    /model-00001-of-00001\.safetensors/,
  );
  context.hub.add(id, { files: withShard("../../x.safetensors") });
  try {
    await resolveModel(id, options(context));
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, "SafetensorsError");
  }
});

hubs(
  "a listing of several pages is read whole, and one without an end is refused",
  async (context) => {
    const names = Array.from({ length: 30 }, (_, i) => [`a-${i}.txt`, "x"] as const);
    context.hub.add(id, { files: { ...Object.fromEntries(names), ...files }, pageSize: 7 });
    assert.ok(isWeights((await resolveModel(id, options(context))).folder));
    const endless = Array.from({ length: 20_001 }, (_, i) => [`a-${i}.txt`, "x"] as const);
    context.hub.add(id, { files: { ...Object.fromEntries(endless), ...files }, pageSize: 3000 });
    await refuses(resolveModel(id, options(context)), "bad-response", /over 10000 files/);
  },
);

hubs("an adapter comes without a base", async (context) => {
  const adapter = { "adapter_config.json": "{}", "adapter_model.safetensors": weights };
  context.hub.add(id, { files: adapter });
  const { folder } = await resolveModel(id, options(context));
  assert.equal(readdirSync(folder).sort(), Object.keys(adapter));
});

hubs("revisions: a branch, a tag, a pull request and a commit", async (context) => {
  for (const revision of ["v1", "refs/pr/1"]) {
    await resolveModel(`${id}@${revision}`, options(context));
    assert.is(readFileSync(join(repositoryIn(context.cache), "refs", revision), "utf8"), commit);
  }
  assert.is((await resolveModel(id, options(context, { revision: commit }))).revision, commit);
  await refuses(
    resolveModel(`${id}@v9`, options(context)),
    "revision-not-found",
    /branches and tags/,
  );
});

hubs.run();
