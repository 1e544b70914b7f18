/** The script that fetches the plug-ins of `xla`: what an index does not give is told from what is wrong. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { HubError } from "../../checkpoints/index.ts";
import { EngineError } from "../../engine/index.ts";
import { sitePackages } from "../../engine/python-packages.ts";
import { findPlugins } from "../../engine/xla/index.ts";
import { isUnobtainable } from "../../scripts/fetch-failure.ts";
import { skipTests } from "../testing/skip.ts";
import { startArguments } from "../testing/started.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-fetch-"));
test.after(() => rmSync(folder, { recursive: true }));

// One that is named would be taken in place of all others.
delete process.env.PATHLOOM_PJRT_PLUGIN;
const isThere = findPlugins(sitePackages()).some(({ kind }) => kind === "cpu");
const whenMissing = isThere ? test.skip : test;
if (isThere) skipTests("fetching a plug-in for the processor: Python's packages have one");

/** Of an index on this machine, with a plug-in for CUDA alone among Python's packages. */
async function fetchFrom(answer: RequestListener, seconds = 60) {
  const packages = join(folder, "lib", "python3.12", "site-packages");
  const plugin = join(packages, "jax_plugins", "xla_cuda12");
  mkdirSync(plugin, { recursive: true });
  writeFileSync(join(plugin, "xla_cuda_plugin.so"), "");
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const child = spawn(
    process.execPath,
    [...startArguments(join(root, "scripts/fetch-xla.ts")), "--seconds", `${seconds}`],
    {
      cwd: root,
      env: {
        ...process.env,
        VIRTUAL_ENV: folder,
        PATHLOOM_ENGINES: join(folder, "engines"),
        PIP_INDEX_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    },
  );
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
  server.closeAllConnections();
  server.close();
  return { stderr, status: status as number };
}

whenMissing(
  "a mirror that has no such package: 75, and a plug-in for CUDA stands in for none",
  async () => {
    const { status, stderr } = await fetchFrom((_, response) => response.writeHead(404).end());
    assert.is(status, 75, stderr);
    assert.match(stderr, /^xla-cpu cannot be had here: http.* is not there$/m);
  },
);

whenMissing("an index that never answers is waited for so long: 75", async () => {
  const { status, stderr } = await fetchFrom(() => {}, 2);
  assert.is(status, 75, stderr);
  assert.match(stderr, /not received within 2 s/);
});

test("what a mirror lacks or garbles cannot be had; a full disk is a fault", () => {
  const of = (code: HubError["code"]) =>
    isUnobtainable(new EngineError("failed", { cause: new HubError(code, "wheel", "why") }));
  for (const code of ["not-found", "bad-response", "wrong-hash", "wrong-size", "busy"] as const) {
    assert.is(of(code), true, code);
  }
  for (const code of ["disk-full", "cache", "unsafe-name"] as const) {
    assert.is(of(code), false, code);
  }
  assert.is(isUnobtainable(new EngineError("http://a/ has no wheel 1.0 for linux on x64")), true);
  assert.is(isUnobtainable(new EngineError("a wheel holds nothing of what it needs")), false);
});

test.run();
