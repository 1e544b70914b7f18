/** The script that builds the engine `tensorflow`: what cannot be had is told from what is wrong. */

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  isOfNetwork,
  isRefusalForNow,
  npmFailedByNetwork,
} from "../../../scripts/network-failure.ts";
import { skipTest } from "../../testing/skip.ts";
import { startArguments } from "../../testing/started.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-build-"));
test.after(() => rmSync(folder, { recursive: true }));

function build(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(
    process.execPath,
    [...startArguments(join(root, "scripts/build-tensorflow.ts")), "--force", ...args],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        PATHLOOM_ENGINES: join(folder, "engines"),
        npm_config_registry: "http://127.0.0.1:9",
        npm_config_fetch_retries: "0",
        npm_config_cache: join(folder, "cache"),
        ...environment,
      },
    },
  );
}

const runsHere = process.platform === "linux" && process.arch === "x64";

test("a registry that is out of reach is no fault of the build: 75", () => {
  const { status, stderr } = build();
  assert.is(status, 75, stderr);
  assert.match(
    stderr,
    runsHere ? /^npm install failed in .*ECONNREFUSED/s : /there is no such wheel/,
  );
});

test("a wheel that is another than expected is one: 1", () => {
  if (!runsHere) {
    skipTest("a damaged wheel: there is none for this platform");
    return;
  }
  const wheel = join(folder, "tensorflow_cpu.whl");
  writeFileSync(wheel, "torn");
  const { status, stderr } = build(["--wheel", wheel]);
  assert.is(status, 1);
  assert.match(stderr, /tensorflow_cpu\.whl: sha256 [0-9a-f]{64}, not dcc8afd3/);
});

test("an npm that cannot write is a fault of this machine: 1, with its words", () => {
  if (!runsHere) {
    skipTest("a full disk: nothing is built on this platform");
    return;
  }
  mkdirSync(join(folder, "bin"));
  const lines = "npm error code ENOSPC\nnpm error nospc no space left on device";
  writeFileSync(join(folder, "bin/npm"), `#!/bin/sh\necho '${lines}' >&2\nexit 228\n`, {
    mode: 0o755,
  });
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  const { status, stderr } = build([], { PATH });
  assert.is(status, 1, stderr);
  assert.match(stderr, /npm install failed in .*no space left on device/s);
});

test("of a download, what the network does is told from what the disk does", async () => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure = (signal?: AbortSignal) =>
    fetch(url, signal === undefined ? {} : { signal }).catch((error: unknown) => error);
  const late = await failure(AbortSignal.timeout(50));
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  const refused = await failure();
  const coded = (code: string) => Object.assign(new Error(code), { code });
  const cut = new TypeError("terminated", { cause: coded("UND_ERR_SOCKET") });
  for (const error of [refused, late, cut, coded("ETIMEDOUT")]) {
    assert.ok(isOfNetwork(error), String(error));
  }
  for (const error of [coded("ENOSPC"), coded("EACCES"), new Error("x"), "x", undefined]) {
    assert.not.ok(isOfNetwork(error), String(error));
  }
  assert.equal([403, 407, 429, 502].filter(isRefusalForNow), [403, 407, 429, 502]);
  assert.equal([200, 400, 404, 410].filter(isRefusalForNow), []);
});

test("of npm, too: by the code that it prints", () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "ERR_SOCKET_TIMEOUT", "E503"]) {
    assert.ok(npmFailedByNetwork(`npm warn old\nnpm error code ${code}\nnpm error x\n`), code);
    assert.ok(npmFailedByNetwork(`npm ERR! code ${code}\n`), code);
  }
  for (const code of ["ENOSPC", "EACCES", "E404", "EBADENGINE", "ETARGET"]) {
    assert.not.ok(npmFailedByNetwork(`npm error code ${code}\n`), code);
  }
  assert.not.ok(npmFailedByNetwork("npm: not found"));
});

test.run();
