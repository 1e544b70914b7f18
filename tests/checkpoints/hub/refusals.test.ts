/** Settings of a download, and what is refused before and during it. */

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type HubFault, resolveModel } from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { commit, sha256 } from "./misbehaving-hub.ts";
import {
  config,
  files,
  hubSuite,
  id,
  large,
  options,
  refuses,
  repositoryIn,
  weights,
} from "./tiny-hub.ts";

const hubs = hubSuite("what the Hub refuses, and what is refused of it");

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

hubs.run();
