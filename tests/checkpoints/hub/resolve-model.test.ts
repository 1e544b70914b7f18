import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  HubError,
  type HubFault,
  type HubOptions,
  type HubProgress,
  resolveModel,
} from "../../../checkpoints/index.ts";
import { skipTest } from "../../testing/skip.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { commit, gitSha1, MisbehavingHub, sha256 } from "./misbehaving-hub.ts";

const id = "icons/tiny-llama";
const config = '{ "model_type": "llama" }';
/** Several megabytes, so that connections can be cut while they carry it. */
const weights = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i + (i >> 8)) % 251);
const files = {
  "config.json": config,
  "tokenizer.json": "{}",
  "README.md": "# Tiny",
  "model.safetensors": weights,
  "pytorch_model.bin": "pickle",
};
const large = ["model.safetensors"];

/** Tries again at once; only tests of slow servers wait for less than a busy machine may take. */
const quick = { attempts: 3, firstDelay: 1, longestDelay: 50, answer: 20_000, stall: 20_000 };
const impatient = { ...quick, answer: 400, stall: 200, slowest: 1000 };

const hubs = suite<{ hub: MisbehavingHub; cache: string }>("models of the Hub");

hubs.before.each(async (context) => {
  context.hub = await MisbehavingHub.start();
  context.hub.add(id, { files, large });
  context.cache = temporaryFolder();
});
hubs.after.each(({ hub }) => hub.stop());

interface Context {
  readonly hub: MisbehavingHub;
  readonly cache: string;
}

function options({ hub, cache }: Context, more: HubOptions = {}): HubOptions {
  return {
    endpoint: hub.endpoint,
    cacheFolder: cache,
    token: null,
    offline: false,
    patience: quick,
    ...more,
  };
}

async function refuses(
  promise: Promise<unknown>,
  code: HubFault,
  message: RegExp,
): Promise<HubError> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    return error;
  }
  return assert.unreachable(`was not refused as ${code}`) as never;
}

const repositoryIn = (cache: string) => join(cache, "models--icons--tiny-llama");
const blobsIn = (cache: string) => readdirSync(join(repositoryIn(cache), "blobs")).sort();
const isWeights = (folder: string) =>
  Buffer.compare(readFileSync(join(folder, "model.safetensors")), weights) === 0;

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

hubs("where nothing listens, the error says what to do", async (context) => {
  const asked = options(context);
  context.hub.stop();
  await refuses(resolveModel(id, asked), "unreachable", /ECONNREFUSED.*HF_ENDPOINT/);
});

hubs("the token goes to the Hub, and to no other host", async (context) => {
  const { hub } = context;
  await resolveModel(id, options(context, { token: "a-token" }));
  assert.is(
    hub.requests.some(({ host }) => host === "files"),
    true,
  );
  for (const { host, token } of hub.requests) {
    assert.is(token, host === "hub" ? "Bearer a-token" : null);
  }
});

hubs("the environment gives endpoint, cache, token and offline mode", async ({ hub, cache }) => {
  const names = ["HF_ENDPOINT", "HF_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE"];
  const before = names.map((name) => process.env[name]);
  try {
    process.env.HF_ENDPOINT = `${hub.endpoint}/`;
    process.env.HF_HUB_CACHE = cache;
    delete process.env.HF_TOKEN;
    process.env.HF_TOKEN_PATH = join(cache, "token");
    writeFileSync(join(cache, "token"), "from-the-file\n");
    const { folder } = await resolveModel(id);
    assert.ok(folder.startsWith(cache));
    assert.is(hub.requests[0]!.token, "Bearer from-the-file");
    process.env.HF_TOKEN = "from-the-variable";
    await resolveModel(id);
    assert.is(hub.requests.at(-1)!.token, "Bearer from-the-variable");
    process.env.HF_HUB_OFFLINE = "1";
    hub.requests.length = 0;
    assert.is((await resolveModel(id)).folder, folder);
    assert.is(hub.requests.length, 0);
  } finally {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  }
});

hubs("offline, the cache alone is used, and only if it is whole", async (context) => {
  const offline = options(context, { offline: true });
  await refuses(resolveModel(id, offline), "not-cached", /HF_HUB_OFFLINE/);
  const { folder } = await resolveModel(id, options(context));
  context.hub.requests.length = 0;
  assert.equal(await resolveModel(id, offline), { folder, revision: commit });
  assert.equal(await resolveModel(`${id}@${commit}`, offline), { folder, revision: commit });
  await refuses(resolveModel(`${id}@v1`, offline), "not-cached", /no such revision/);
  rmSync(join(repositoryIn(context.cache), "blobs", sha256(weights)));
  await refuses(resolveModel(id, offline), "not-cached", /not whole/);
  assert.is(context.hub.requests.length, 0);
});

hubs("what the Hub refuses says what to do", async (context) => {
  const refusals: [number, string, HubFault, RegExp][] = [
    [403, "GatedRepo", "gated", /accept the conditions.*HF_TOKEN/],
    [401, "GatedRepo", "gated", /accept the conditions/],
    [401, "RepoNotFound", "not-found", /check the name/],
    [401, "", "unauthorised", /HF_TOKEN/],
    [403, "", "unauthorised", /HF_TOKEN/],
    [418, "", "bad-response", /418/],
  ];
  for (const [status, code, fault, message] of refusals) {
    context.hub.add("a/gated", { files, refusal: { status, code } });
    const error = await refuses(resolveModel("a/gated", options(context)), fault, message);
    assert.match(error.subject, /^a\/gated/);
  }
  await refuses(resolveModel("nobody/nothing", options(context)), "not-found", /check the name/);
});

hubs(
  "a repository without safetensors or config is refused before anything is received",
  async (context) => {
    context.hub.add(id, { files: { "config.json": config, "pytorch_model.bin": "pickle" } });
    await refuses(
      resolveModel(id, options(context)),
      "no-safetensors",
      /pytorch_model\.bin.*convert them/,
    );
    context.hub.add(id, { files: { "model.safetensors": weights } });
    await refuses(resolveModel(id, options(context)), "not-a-model", /config\.json/);
    assert.not.ok(existsSync(repositoryIn(context.cache)));
  },
);

hubs("names that lead out of the folder are refused", async (context) => {
  for (const name of ["../evil", "/etc/evil", "a/../../evil", "a\\b", "a//b", "C:evil"]) {
    context.hub.add(id, { files: { ...files, [name]: "x" } });
    await refuses(resolveModel(id, options(context)), "unsafe-name", /do not use/);
    await refuses(
      resolveModel(id, options(context, { files: [name] })),
      "unsafe-name",
      /do not use/,
    );
  }
  assert.equal(readdirSync(context.cache), []);
});

hubs("listings that make no sense are refused", async (context) => {
  const wrong = [{ size: -1 }, { oid: "../../x" }, { lfs: { oid: "zz", size: 1 } }, { path: 7 }];
  for (const change of wrong) {
    context.hub.add(id, { files, large, listed: (entry) => ({ ...entry, ...change }) });
    await refuses(resolveModel(id, options(context)), "bad-response", /lists a file wrongly/);
  }
  context.hub.add(id, { files, commit: "../../../evil" });
  await refuses(resolveModel(`${id}@v1`, options(context)), "bad-response", /no commit/);
  const noJson = { kind: "other-content", bytes: new TextEncoder().encode("<html>") } as const;
  context.hub.interfaceFaults.push(noJson);
  await refuses(resolveModel(id, options(context)), "bad-response", /cannot be read/);
});

hubs("redirects in circles, or to what is no web address, are refused", async (context) => {
  const { hub } = context;
  const around = { kind: "redirect", to: `${hub.endpoint}/${id}/resolve/${commit}/config.json` };
  hub.faults.set("config.json", Array(20).fill(around));
  await refuses(resolveModel(id, options(context)), "bad-response", /more than 10 redirects/);
  hub.faults.set("config.json", [{ kind: "redirect", to: "file:///etc/passwd" }]);
  await refuses(resolveModel(id, options(context)), "bad-response", /not safe/);
});

hubs("sources that name nothing are refused at once", async (context) => {
  for (const source of [
    "",
    "./nowhere",
    "a/b/c",
    "/nowhere",
    "a b",
    "../no-such-folder",
    "a--b/c",
    "x@y@z",
  ]) {
    await refuses(resolveModel(source, options(context)), "bad-source", /no such folder/);
  }
  // What looks like a path of this machine; the first folder is there, or is one of ours by name.
  const path = /no such folder; check the path .* asked for by its revision: .*@main|no such file/;
  for (const source of ["runs/none", "models/none", "tests/none", "none.safetensors", "a/b.json"]) {
    await refuses(resolveModel(source, options(context)), "bad-source", path);
  }
  await refuses(resolveModel("./nowhere", options(context)), "bad-source", /check the path$/);
  await refuses(resolveModel("package.json", options(context)), "bad-source", /is a file; name/);
  for (const revision of ["../main", "a//b", "-x", "a b", "x/"]) {
    await refuses(resolveModel(`${id}@${revision}`, options(context)), "bad-source", /no branch/);
  }
  await refuses(
    resolveModel(`${id}@a`, options(context, { revision: "b" })),
    "bad-source",
    /other/,
  );
  await refuses(
    resolveModel(temporaryFolder(), options(context, { revision: "main" })),
    "bad-source",
    /no revisions/,
  );
  await refuses(resolveModel(id, options(context, { endpoint: "x" })), "bad-source", /HF_ENDPOINT/);
  await refuses(resolveModel(id, options(context, { token: "a\nb" })), "bad-source", /token/);
  assert.is(context.hub.requests.length, 0);
});

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
  const { resolveModel } = await import(${JSON.stringify(
    pathToFileURL(join(import.meta.dirname, "../../../checkpoints/index.ts")).href,
  )});
  try {
    const { folder } = await resolveModel(${JSON.stringify(id)}, ${JSON.stringify(options(context, { patience: { ...impatient, attempts: 50, stall: 2000 } }))});
    console.log(folder);
  } catch (error) {
    console.log(error.name, error.code, error.subject);
  }`;

function run(context: Context, shell = 'exec "$0"') {
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "-e", script(context)];
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
